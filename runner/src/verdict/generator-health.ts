import type { RunInterval } from '../stats/snapshot.ts'
import type { Criterion, Finding } from './criterion.ts'
import { formatShare } from './format-measure.ts'

const saturatedLimit = 0.05

/** Whether the generator itself was fit to measure: a ruler that changed its size proves nothing. */
export class GeneratorHealth implements Criterion {
  readonly kind = 'generator'
  readonly #onSaturated: 'broken' | 'warn'
  #intervals = 0
  #saturated = 0

  constructor(onSaturated: 'broken' | 'warn') {
    this.#onSaturated = onSaturated
  }

  interval({ health }: RunInterval): undefined {
    for (const { saturated } of Object.values(health)) {
      this.#intervals++
      if (saturated) this.#saturated++
    }
  }

  conclude(): Finding[] {
    if (this.#intervals === 0) return []
    const value = this.#saturated / this.#intervals
    const isSaturated = value > saturatedLimit
    const share = `generator saturated in ≤ ${formatShare(saturatedLimit)} of intervals: ${formatShare(value)}`
    const advice = 'latencies are not the target’s alone; use more workers or fewer users'
    return [
      {
        outcome: isSaturated && this.#onSaturated === 'broken' ? 'broken' : 'passed',
        kind: this.kind,
        text: isSaturated ? `${share}: ${advice}${this.#onSaturated === 'warn' ? ' (warning only)' : ''}` : share,
        value,
        limit: saturatedLimit,
      },
    ]
  }
}
