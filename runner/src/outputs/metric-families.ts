import { Counter, Gauge, Registry } from 'prom-client'
import type { ClassicHistogram } from './classic-histogram.ts'
import { CountedHistogram } from './counted-histogram.ts'
import type { Redact } from './redact.ts'

type Labels = Record<string, string>
/** One series: its labels, and what it is now. */
export type Sample<T = number> = readonly [labels: Labels, value: T]

/** Longer texts are cut: Prometheus keeps every label of every series in memory. */
const mostCharacters = 200

/** What is put together for one answer. A family without a series is left out. */
export class MetricFamilies {
  readonly #registry = new Registry()
  readonly #redact: Redact

  constructor(redact: Redact) {
    this.#redact = redact
  }

  counter(name: string, help: string, samples: Iterable<Sample>): void {
    const found = this.#told(samples)
    if (!found) return
    const counter = new Counter({ ...found.about, name, help })
    // two names may be one where secrets were in them: their sum is
    for (const [labels, value] of found.samples) counter.inc(labels, value)
  }

  gauge(name: string, help: string, samples: Iterable<Sample>): void {
    const found = this.#told(samples)
    if (!found) return
    const gauge = new Gauge({ ...found.about, name, help })
    for (const [labels, value] of found.samples) gauge.set(labels, value)
  }

  /** `unit`: what one of the metric's unit is in that of the counted values, 1,000 for seconds of ms. */
  histogram(name: string, help: string, samples: Iterable<Sample<ClassicHistogram>>, unit = 1): void {
    const found = this.#told(samples)
    if (!found) return
    const histogram = new CountedHistogram({ ...found.about, name, help }, unit)
    for (const [labels, counts] of found.samples) histogram.add(labels, counts)
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  #told<T>(samples: Iterable<Sample<T>>) {
    const all = [...samples].map(([labels, value]) => [this.#clean(labels), value] as const)
    const [first] = all
    if (!first) return undefined
    return { about: { labelNames: Object.keys(first[0]), registers: [this.#registry] }, samples: all }
  }

  #clean(labels: Labels): Labels {
    return Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, shown(this.#redact(text))]))
  }
}

/** Cut, and as it will be when it is UTF-8: what is the same series then must be one here, or Prometheus refuses the page. */
function shown(text: string): string {
  const whole = text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1)}…`
  return whole.toWellFormed()
}
