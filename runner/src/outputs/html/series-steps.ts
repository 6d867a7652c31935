import type { Result } from '../result.ts'
import type { SeriesResult } from '../result-series.ts'
import type { Step } from './chart.ts'
import { leastSeconds } from './time-axis.ts'

/** The last stretch ends where the run did. */
export function perSecond(series: SeriesResult, what: 'requests' | 'failures', { durationMs }: Result): Step[] {
  return stepsOf(series, ({ from, until }, at) => {
    const seconds = Math.min(until, durationMs / 1_000) - from
    return seconds < leastSeconds ? undefined : (series[what][at] as number) / seconds
  })
}

/** Where nothing was answered there is nothing to say. */
export function measured(series: SeriesResult, what: 'p50Ms' | 'p95Ms' | 'p99Ms'): Step[] {
  return stepsOf(series, (_, at) => (series.requests[at] === 0 ? undefined : series[what][at]))
}

function stepsOf(
  { fromSeconds, untilSeconds }: SeriesResult,
  value: (bounds: { from: number; until: number }, at: number) => number | undefined,
): Step[] {
  return fromSeconds.flatMap((from, at) => {
    const bounds = { from, until: untilSeconds[at] as number }
    const here = value(bounds, at)
    return here === undefined ? [] : { ...bounds, value: here }
  })
}
