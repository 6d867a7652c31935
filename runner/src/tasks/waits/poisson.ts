import { isPace, noWait, type WaitTime } from './wait-time.ts'

/**
 * Random waits as between the events of a Poisson process: exponentially distributed with mean 1 / `rate` seconds (inverse
 * transform, −ln(1 − u) / rate).
 */
export function poisson(rate: number): WaitTime {
  if (!isPace(rate)) throw noWait('poisson', [rate], 'task runs per second: a number above 0, at most 1,000,000')
  return () => -Math.log(1 - Math.random()) / rate
}
