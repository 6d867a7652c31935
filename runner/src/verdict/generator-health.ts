import { measuredFinding } from '../facts/finding.ts'
import type { Finding } from '../facts/verdict.ts'
import { healthSeconds } from '../stats/health-seconds.ts'
import type { RunInterval } from '../stats/snapshot.ts'
import type { Criterion } from './criterion.ts'
import { formatShare } from './format-measure.ts'

const saturatedLimit = 0.05
/** Workers of Locust in a run that is shorter than the time after which they first look at their CPU. */
const notMeasured =
  'generator never measured: no worker reported its CPU, so katydid cannot know whether it was saturated'

/** Whether the generator itself was fit to measure: a ruler that changed its size proves nothing. */
export class GeneratorHealth implements Criterion {
  readonly kind = 'generator'
  readonly #onSaturated: 'broken' | 'warn'
  #seconds = 0
  #intervals = 0
  #saturated = 0

  constructor(onSaturated: 'broken' | 'warn') {
    this.#onSaturated = onSaturated
  }

  interval({ health }: RunInterval): undefined {
    this.#seconds++
    for (const sample of Object.values(health)) {
      const { intervals, saturated } = healthSeconds(sample)
      this.#intervals += intervals
      this.#saturated += saturated
    }
  }

  conclude(): Finding[] {
    if (this.#seconds === 0) return []
    if (this.#intervals === 0) return [{ outcome: 'passed', kind: this.kind, text: notMeasured }]
    const value = this.#saturated / this.#intervals
    const isSaturated = value > saturatedLimit
    const advice = 'the latencies include delays of the load generator: use more workers or fewer users'
    return [
      measuredFinding({
        outcome: isSaturated && this.#onSaturated === 'broken' ? 'broken' : 'passed',
        kind: this.kind,
        label: `generator saturated in ≤ ${formatShare(saturatedLimit)} of intervals`,
        measured: formatShare(value),
        ...(isSaturated ? { why: `${advice}${this.#onSaturated === 'warn' ? ' (warning only)' : ''}` } : {}),
        value,
        limit: saturatedLimit,
      }),
    ]
  }
}
