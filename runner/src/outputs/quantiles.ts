import type { RequestStats } from '../stats/aggregate.ts'
import type { Histogram } from '../stats/histogram.ts'

export { percentilesOf } from '../stats/percentiles.ts'

/** All answers of a group; made afresh only where there were failures. */
export function answersOf(stats: RequestStats): Histogram {
  return stats.failed.count === 0 ? stats.ok : stats.all()
}
