import type { Metric } from '../../stats/aggregate.ts'
import { percentilesOf } from '../../stats/percentiles.ts'
import { finite } from '../prometheus/finite.ts'

/** A user-defined metric in `result.json`; values are in the user's own unit. */
export type MetricResult =
  | { kind: 'counter'; sum: number; perSecond: number }
  /** A check is a rate. `rate` is null when nothing was added. */
  | { kind: 'rate'; rate: number | null; trues: number; count: number }
  | {
      kind: 'trend'
      count: number
      min: number
      mean: number
      p50: number
      p75: number
      p90: number
      p95: number
      p99: number
      p999: number
      max: number
    }
  | { kind: 'gauge'; value: number; at: string }

export function metricResult(metric: Metric, seconds: number): MetricResult {
  switch (metric.kind) {
    case 'counter': {
      const sum = finite(metric.sum)
      return { kind: 'counter', sum, perSecond: seconds > 0 ? finite(sum / seconds) : 0 }
    }
    case 'rate': {
      const { trues, count } = metric
      return { kind: 'rate', rate: count > 0 ? trues / count : null, trues, count }
    }
    case 'trend': {
      const { values } = metric
      const { count, min, max, ...data } = values.toData()
      const quantiles = percentilesOf({ count, min, max, ...data }, [0.5, 0.75, 0.9, 0.95, 0.99, 0.999])
      const [p50, p75, p90, p95, p99, p999] = quantiles as [number, number, number, number, number, number]
      return { kind: 'trend', count, min, mean: finite(values.mean), p50, p75, p90, p95, p99, p999, max }
    }
    case 'gauge':
      return { kind: 'gauge', value: metric.value, at: new Date(metric.at).toISOString() }
  }
}
