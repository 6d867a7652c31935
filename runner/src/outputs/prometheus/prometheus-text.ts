import { Counter, Gauge, Registry } from 'prom-client'
import type { Redact } from '../../redact.ts'
import type { ClassicHistogram } from '../metrics/classic-histogram.ts'
import { MetricFamilies, type MetricFamily, type MetricSink } from '../metrics/metric-families.ts'
import { type CountedRun, type RunStatus, tellRun } from '../metrics/run-metrics.ts'
import { CountedHistogram } from './counted-histogram.ts'
import { finite } from './finite.ts'

/** A run with numbers, and what takes secrets out of its texts. */
export interface CleanRun extends CountedRun {
  readonly redact: Redact
}

/** The run in Prometheus's text format: base units, and names as it wants them. */
export function prometheusText(status: RunStatus, run: CleanRun | undefined): Promise<string> {
  const text = new PrometheusText()
  tellRun(new MetricFamilies(text, run?.redact ?? ((text) => text)), status, run)
  return text.made()
}

/** What is put together for one answer. */
class PrometheusText implements MetricSink {
  readonly #registry = new Registry()

  counter(family: MetricFamily): void {
    const counter = new Counter(this.#about(family))
    for (const [labels, value] of family.samples) counter.inc(labels, finite(value))
  }

  gauge(family: MetricFamily): void {
    const gauge = new Gauge(this.#about(family))
    for (const [labels, value] of family.samples) gauge.set(labels, value)
  }

  histogram(family: MetricFamily<ClassicHistogram>, unit: number): void {
    const histogram = new CountedHistogram(this.#about(family), unit)
    for (const [labels, counts] of family.samples) histogram.add(labels, counts)
  }

  made(): Promise<string> {
    return this.#registry.metrics()
  }

  #about({ name, help, samples }: MetricFamily<unknown>) {
    return { name, help, labelNames: Object.keys(samples[0]?.[0] ?? {}), registers: [this.#registry] }
  }
}
