import { Counter, Gauge, Registry } from 'prom-client'
import type { ClassicHistogram } from '../metrics/classic-histogram.ts'
import { MetricFamilies, type MetricFamily, type MetricSink } from '../metrics/metric-families.ts'
import { type RunStatus, tellRun } from '../metrics/run-metrics.ts'
import { CountedHistogram } from './counted-histogram.ts'
import { finite } from './finite.ts'
import type { PrometheusOutput } from './prometheus.ts'

/** The run in Prometheus's text format: base units, and names as it wants them. */
export function prometheusText(status: RunStatus, output: PrometheusOutput | undefined): Promise<string> {
  const text = new PrometheusText()
  tellRun(new MetricFamilies(text, output?.redact ?? ((text) => text)), status, output)
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
