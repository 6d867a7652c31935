import { isWait, noWait, secondsHint, type WaitTime } from './wait-time.ts'

/** Always the same wait, in seconds. */
export function constant(seconds: number): WaitTime {
  if (!isWait(seconds)) throw noWait('constant', [seconds], secondsHint)
  return () => seconds
}
