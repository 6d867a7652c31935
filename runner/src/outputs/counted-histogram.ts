import { Histogram } from 'prom-client'
import { ClassicHistogram } from './classic-histogram.ts'

type Labels = Record<string, string>

interface Series {
  labels: Labels
  counts: ClassicHistogram
}

/** prom-client's histogram takes values one by one, millions of them a minute; this one takes what is counted already. */
export class CountedHistogram extends Histogram<string> {
  readonly #about: { name: string; help: string }
  /** What one of the metric's unit is in that of the counted values. */
  readonly #unit: number
  readonly #series = new Map<string, Series>()

  constructor(about: ConstructorParameters<typeof Histogram<string>>[0], unit: number) {
    super(about)
    this.#about = about
    this.#unit = unit
  }

  /** What has the same labels as another is added to it. */
  add(labels: Labels, counts: ClassicHistogram): void {
    const key = JSON.stringify(labels)
    const seen = this.#series.get(key)
    if (seen) seen.counts = new ClassicHistogram(counts.bounds).merge(seen.counts).merge(counts)
    else this.#series.set(key, { labels, counts })
  }

  /** What the registry makes its text of. It is not in prom-client's types, so its version is pinned and this is tested. */
  async getForPromString() {
    const { name, help } = this.#about
    const values = [...this.#series.values()].flatMap((one) => this.#values(one))
    return { name, help, type: 'histogram', aggregator: 'sum', values }
  }

  #values({ labels, counts }: Series) {
    const value = (suffix: string, value: number, le: Record<string, string | number> = {}) => ({
      metricName: `${this.#about.name}_${suffix}`,
      labels: le,
      sharedLabels: labels,
      value,
    })
    let within = 0
    return [
      ...counts.bounds.map((bound, at) => {
        within += counts.counts[at] as number
        return value('bucket', within, { le: bound / this.#unit })
      }),
      value('bucket', counts.count, { le: '+Inf' }),
      value('sum', counts.sum / this.#unit),
      value('count', counts.count),
    ]
  }
}
