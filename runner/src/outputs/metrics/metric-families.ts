import type { Redact } from '../../redact.ts'
import { ClassicHistogram } from './classic-histogram.ts'

export type Labels = Record<string, string>
/** One series: its labels, and what it is now. */
export type Sample<T = number> = readonly [labels: Labels, value: T]

/** A metric, and its series, at least one, all with other labels. */
export interface MetricFamily<T = number> {
  /** As Prometheus would have it: katydid_request_duration_seconds. */
  name: string
  help: string
  samples: readonly Sample<T>[]
}

/** Where the numbers of a run are shown, in a form of its own. */
export interface MetricSink {
  /** Only ever rises. */
  counter(family: MetricFamily): void
  /** Is what it is now. */
  gauge(family: MetricFamily): void
  /** `unit`: what one of the metric's unit is in that of the counted values, 1,000 for seconds of ms. */
  histogram(family: MetricFamily<ClassicHistogram>, unit: number): void
}

/** Their texts are our own words, also where a secret is one. */
const ownLabels = new Set(['state', 'kind', 'profile', 'version'])
/** Longer texts are cut: who keeps metrics keeps every label of every series in memory. */
const mostCharacters = 200

/** What is told to a sink: without secrets, each series once. A family without a series is left out. */
export class MetricFamilies {
  readonly #sink: MetricSink
  readonly #redact: Redact

  constructor(sink: MetricSink, redact: Redact) {
    this.#sink = sink
    this.#redact = redact
  }

  counter(name: string, help: string, samples: Iterable<Sample>): void {
    const clean = this.#clean(samples, (a, b) => a + b)
    if (clean.length > 0) this.#sink.counter({ name, help, samples: clean })
  }

  gauge(name: string, help: string, samples: Iterable<Sample>): void {
    const clean = this.#clean(samples, (_, b) => b)
    if (clean.length > 0) this.#sink.gauge({ name, help, samples: clean })
  }

  /** `unit`: as a sink has it. */
  histogram(name: string, help: string, samples: Iterable<Sample<ClassicHistogram>>, unit = 1): void {
    const clean = this.#clean(samples, (a, b) => new ClassicHistogram(a.bounds).merge(a).merge(b))
    if (clean.length > 0) this.#sink.histogram({ name, help, samples: clean }, unit)
  }

  #labelOf(name: string, text: string): string {
    return ownLabels.has(name) ? text : this.#redact(text)
  }

  /** Two names may be one where secrets were in them. */
  #clean<T>(samples: Iterable<Sample<T>>, both: (a: T, b: T) => T): Sample<T>[] {
    const bySeries = new Map<string, Sample<T>>()
    for (const [labels, value] of samples) {
      const clean = Object.fromEntries(
        Object.entries(labels).map(([name, text]) => [name, shown(this.#labelOf(name, String(text ?? '')))]),
      )
      const key = JSON.stringify(clean)
      const seen = bySeries.get(key)
      bySeries.set(key, [clean, seen ? both(seen[1], value) : value])
    }
    return [...bySeries.values()]
  }
}

/** Cut, and as it will be when it is UTF-8: what is the same series then must be one here, or Prometheus refuses the page. */
function shown(text: string): string {
  const whole = text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1)}…`
  return whole.toWellFormed()
}
