import type { Result } from '../result/result.ts'
import type { SeriesResult } from '../result/result-series.ts'
import type { Step } from './chart.ts'
import { leastSeconds } from './time-axis.ts'

export function perSecond(series: SeriesResult, what: 'requests' | 'failures', result: Result): Step[] {
  return stepsOf(series, result, (at, seconds) => (series[what][at] as number) / seconds)
}

/** Where nothing was answered there is nothing to say. */
export function measured(series: SeriesResult, what: 'p50Ms' | 'p95Ms' | 'p99Ms', result: Result): Step[] {
  return stepsOf(series, result, (at) => (series.requests[at] === 0 ? undefined : series[what][at]))
}

function stepsOf(
  { fromSeconds, untilSeconds }: SeriesResult,
  { durationMs }: Result,
  value: (at: number, seconds: number) => number | undefined,
): Step[] {
  return fromSeconds.flatMap((from, at) => {
    const until = untilSeconds[at] as number
    // the last stretch ends where the run did
    const seconds = Math.min(until, durationMs / 1_000) - from
    const here = seconds < leastSeconds ? undefined : value(at, seconds)
    return here === undefined ? [] : { from, until, value: here }
  })
}
