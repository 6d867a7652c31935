import type { RequestStats } from '../stats/aggregate.ts'
import { lowerBound } from '../stats/buckets.ts'
import type { Histogram } from '../stats/histogram.ts'
import type { HistogramData } from '../stats/snapshot.ts'

/** Several percentiles in one pass, by the rule of `Histogram.percentile`. `quantiles` ascend. 0 when there is nothing. */
export function percentilesOf(data: HistogramData, quantiles: readonly number[]): number[] {
  const { count, min, max, buckets } = data
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

/** All answers of a group; made afresh only where there were failures. */
export function answersOf(stats: RequestStats): Histogram {
  return stats.failed.count === 0 ? stats.ok : stats.all()
}
