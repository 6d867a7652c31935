import { lowerBound } from './buckets.ts'
import type { HistogramData } from './snapshot.ts'

/** Several percentiles in one pass, by the rule of `Histogram.percentile`. `quantiles` ascend. 0 when there is nothing. */
export function percentilesOf(data: HistogramData, quantiles: readonly number[]): number[] {
  const { min, max, buckets } = data
  const count = timedOf(data)
  if (count === 0) return quantiles.map(() => 0)
  let at = 0
  let seen = 0
  return quantiles.map((quantile) => {
    const rank = Math.max(1, Math.ceil(quantile * count - 1e-9))
    if (rank >= count) return max
    while (at < buckets.length && seen < rank) {
      seen += buckets[at + 1] as number
      at += 2
    }
    return Math.min(max, Math.max(min, lowerBound(buckets[at - 2] as number)))
  })
}

/** How many have a time: Locust counts some that have none. */
export function timedOf({ buckets }: HistogramData): number {
  let timed = 0
  for (let i = 1; i < buckets.length; i += 2) timed += buckets[i] as number
  return timed
}
