import { demand, type WaitTime } from './wait-time.ts'

/** Always the same wait, in seconds. */
export function constant(seconds: number): WaitTime {
  demand(seconds >= 0, `constant(${seconds})`, 'seconds, 0 or more')
  return () => seconds
}
