import { demand, type WaitTime } from './wait-time.ts'

/**
 * Random waits as between the events of a Poisson process: exponentially distributed with mean 1 / `rate` seconds (inverse
 * transform, −ln(1 − u) / rate).
 */
export function poisson(rate: number): WaitTime {
  demand(rate > 0 && Number.isFinite(rate), `poisson(${rate})`, 'task runs per second, above 0')
  return () => -Math.log(1 - Math.random()) / rate
}
