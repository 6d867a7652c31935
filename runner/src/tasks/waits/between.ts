import { isWait, noWait, type WaitTime } from './wait-time.ts'

/** A random wait from `min` to `max` seconds, all equally likely. */
export function between(min: number, max: number): WaitTime {
  if (!isWait(min) || !isWait(max) || max < min)
    throw noWait('between', [min, max], 'two numbers of seconds, the least first, both from 0 to 24 days')
  return () => min + Math.random() * (max - min)
}
