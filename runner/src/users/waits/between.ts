import { demand, type WaitTime } from './wait-time.ts'

/** A random wait from `min` to `max` seconds, all equally likely. */
export function between(min: number, max: number): WaitTime {
  demand(min >= 0 && max >= min && Number.isFinite(max), `between(${min}, ${max})`, 'seconds: 0 ≤ least ≤ greatest')
  return () => min + Math.random() * (max - min)
}
