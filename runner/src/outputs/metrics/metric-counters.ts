import { TextCap } from '../../stats/cardinality-limit.ts'
import type { MetricDelta } from '../../stats/snapshot.ts'
import { ClassicHistogram, trendBounds } from './classic-histogram.ts'
import { Sums } from './sums.ts'

/** As many as one load file may have: its workers may still differ in them. */
const mostMetrics = 500

/** What the load file's own metrics came to since the start. */
export class MetricCounters {
  /** A counter may be given less than nothing, which Prometheus's counters cannot: each second's sum is in one of the two. */
  readonly added = new Sums()
  readonly subtracted = new Sums()
  readonly checks = new Sums()
  readonly checksPassed = new Sums()
  readonly trends = new Map<string, ClassicHistogram>()
  readonly gauges = new Map<string, { value: number; at: number }>()
  readonly #names = new TextCap(mostMetrics)

  add(delta: MetricDelta): void {
    const name = this.#names.of(delta.name)
    switch (delta.kind) {
      case 'counter':
        this.added.add(name, Math.max(0, delta.sum))
        if (delta.sum < 0) this.subtracted.add(name, -delta.sum)
        return
      case 'rate':
        this.checks.add(name, delta.count)
        this.checksPassed.add(name, delta.trues)
        return
      case 'trend': {
        let trend = this.trends.get(name)
        if (!trend) this.trends.set(name, (trend = new ClassicHistogram(trendBounds)))
        trend.add(delta.values)
        return
      }
      case 'gauge':
        if (delta.at >= (this.gauges.get(name)?.at ?? 0)) this.gauges.set(name, { value: delta.value, at: delta.at })
    }
  }
}
