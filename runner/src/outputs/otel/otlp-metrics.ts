import { type HrTime, ValueType } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import type { ClassicHistogram } from '../metrics/classic-histogram.ts'
import type { MetricFamily, MetricSink } from '../metrics/metric-families.ts'

/** What Prometheus has at the end of a name is a metric's unit here, in UCUM's words. */
const units: Record<string, string> = { seconds: 's', bytes: 'By', ratio: '1' }

/**
 * The run in OpenTelemetry's data model, cumulative since its start. Names are those of `/metrics` as OpenTelemetry has them, so that a collector
 * which writes to Prometheus makes the same of them: `katydid_request_duration_seconds` is `katydid.request.duration`, of unit s.
 */
export class OtlpMetrics implements MetricSink {
  readonly metrics: MetricData[] = []
  readonly #times: { startTime: HrTime; endTime: HrTime }

  /** Epoch ms: since when counters count, and now. */
  constructor(startedAt: number, now: number) {
    this.#times = { startTime: toHrTime(startedAt), endTime: toHrTime(now) }
  }

  counter(family: MetricFamily): void {
    this.metrics.push({
      ...this.#about(family),
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: this.#points(family, finite),
    })
  }

  gauge(family: MetricFamily): void {
    this.metrics.push({
      ...this.#about(family),
      dataPointType: DataPointType.GAUGE,
      dataPoints: this.#points(family, finite),
    })
  }

  histogram(family: MetricFamily<ClassicHistogram>, unit: number): void {
    this.metrics.push({
      ...this.#about(family),
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: this.#points(family, ({ bounds, counts, count, sum }) => ({
        buckets: { boundaries: bounds.map((bound) => bound / unit), counts: [...counts] },
        count,
        sum: sum / unit,
      })),
    })
  }

  #about({ name, help }: MetricFamily<unknown>) {
    const { named, unit } = nameAndUnit(name)
    return {
      descriptor: { name: named, description: help, unit, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    }
  }

  /** What is no number is no point: the load file's own gauges may be anything. */
  #points<T, Value>({ samples }: MetricFamily<T>, numberOf: (of: T) => Value | undefined) {
    return samples.flatMap(([attributes, of]) => {
      const value = numberOf(of)
      return value === undefined ? [] : [{ ...this.#times, attributes, value }]
    })
  }
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

function nameAndUnit(name: string): { named: string; unit: string } {
  const words = name.replace(/_total$/, '').split('_')
  const unit = units[words.at(-1) ?? '']
  return { named: (unit ? words.slice(0, -1) : words).join('.'), unit: unit ?? '' }
}

/** Seconds since the epoch, and nanoseconds of the last one. */
function toHrTime(epochMs: number): HrTime {
  return [Math.floor(epochMs / 1_000), Math.round((epochMs % 1_000) * 1e6)]
}
