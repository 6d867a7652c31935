import { Histogram } from 'prom-client'
import type { ClassicHistogram } from '../metrics/classic-histogram.ts'
import type { Labels, Sample } from '../metrics/metric-families.ts'

/** prom-client's histogram takes values one by one, millions of them a minute; this one takes what is counted already. */
export class CountedHistogram extends Histogram<string> {
  readonly #about: { name: string; help: string }
  /** What one of the metric's unit is in that of the counted values. */
  readonly #unit: number
  readonly #series: Sample<ClassicHistogram>[] = []

  constructor(about: ConstructorParameters<typeof Histogram<string>>[0], unit: number) {
    super(about)
    this.#about = about
    this.#unit = unit
  }

  /** Once for each series. */
  add(labels: Labels, counts: ClassicHistogram): void {
    this.#series.push([labels, counts])
  }

  /** What the registry makes its text of. It is not in prom-client's types, so its version is pinned and this is tested. */
  async getForPromString() {
    const { name, help } = this.#about
    const values = this.#series.flatMap((one) => this.#values(one))
    return { name, help, type: 'histogram', aggregator: 'sum', values }
  }

  #values([labels, counts]: Sample<ClassicHistogram>) {
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
