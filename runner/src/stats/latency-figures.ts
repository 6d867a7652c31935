import { mergeHistograms } from './merge.ts'
import { percentilesOf, timedOf } from './percentiles.ts'
import type { HistogramData } from './snapshot.ts'

/** A latency in ms. `atLeast`: it rests on requests that have no answer, so that it is this or more. */
export interface LatencyFigure {
  ms: number
  atLeast: boolean
}

/**
 * Figures of answered requests and of those that were not answered, each of which takes at least as long as it has waited. A request without an
 * answer can make a figure greater and never less: one that has waited for 1 ms does not show that the target is fast. So a figure is that of
 * the answers or that of all, whichever is greater; both are lower bounds of what it will be when all are answered.
 */
export class LatencyFigures {
  /** Answered or not. */
  readonly count: number
  readonly #answered: HistogramData
  readonly #all: HistogramData
  readonly #isAnswered: boolean

  constructor(answered: HistogramData, unanswered: HistogramData) {
    this.#answered = answered
    this.#isAnswered = unanswered.count === 0
    this.#all = this.#isAnswered ? answered : mergeHistograms(answered, unanswered)
    this.count = this.#all.count
  }

  /** `quantiles` ascend. */
  percentiles(quantiles: readonly number[]): LatencyFigure[] {
    const answered = percentilesOf(this.#answered, quantiles)
    if (this.#isAnswered) return answered.map((ms) => ({ ms, atLeast: false }))
    const all = percentilesOf(this.#all, quantiles)
    return answered.map((ms, i) => greater(ms, all[i] as number))
  }

  percentile(quantile: number): LatencyFigure {
    return this.percentiles([quantile])[0] as LatencyFigure
  }

  get mean(): LatencyFigure {
    return greater(meanOf(this.#answered), meanOf(this.#all))
  }

  get max(): LatencyFigure {
    return greater(this.#answered.max, this.#all.max)
  }

  /** Of the answers: that something has not waited long yet is no latency. Where there are none, the least that one has waited. */
  get min(): LatencyFigure {
    if (this.#answered.count > 0) return { ms: this.#answered.min, atLeast: false }
    return { ms: this.#all.min, atLeast: this.#all.count > 0 }
  }
}

function greater(answered: number, all: number): LatencyFigure {
  return all > answered ? { ms: all, atLeast: true } : { ms: answered, atLeast: false }
}

function meanOf(data: HistogramData): number {
  const timed = timedOf(data)
  return timed === 0 ? 0 : data.sum / timed
}
