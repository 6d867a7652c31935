import { type MeasuredFinding, measuredFinding } from '../facts/finding.ts'
import type { Finding } from '../facts/verdict.ts'
import { addArrivals, noArrivals } from '../stats/merge.ts'
import type { ArrivalCounts, RunInterval } from '../stats/snapshot.ts'
import { AnswerLog } from './answer-log.ts'
import type { Criterion, RunView } from './criterion.ts'
import { figuresOf, holds, measured } from './figures.ts'
import { formatMeasured } from './format-measure.ts'
import { unitMistake } from './metric-units.ts'
import type { Threshold } from './threshold-grammar.ts'

export interface ThresholdOptions {
  warmupMs: number
  abort?: boolean
  /** With `abort`: not before this time of the run. */
  afterMs?: number | undefined
  /** Nobody asked for it: printed as such, and silent where there is nothing to measure. */
  isDefault?: boolean
  /** What its finding begins with, where that is not what the user wrote: no two thresholds of a plan may look the same. */
  label?: string
}

/** A threshold over everything measured since the start (or the warm-up's end). */
export class WholeRunThreshold implements Criterion {
  readonly kind = 'threshold'
  readonly #threshold: Threshold
  readonly #options: ThresholdOptions
  #arrivals: ArrivalCounts | undefined
  #aborted: Finding | undefined
  readonly #answers: AnswerLog | undefined

  constructor(threshold: Threshold, options: ThresholdOptions) {
    this.#threshold = threshold
    if (threshold.measure.kind === 'unanswered') this.#answers = new AnswerLog(threshold.name)
    this.#options = options
  }

  interval(interval: RunInterval, run: RunView): Finding | undefined {
    const { warmupMs, abort, afterMs = 0 } = this.#options
    if (interval.second * 1_000 < warmupMs) return undefined
    this.#answers?.add(interval, run.all)
    if (interval.arrivals) {
      this.#arrivals ??= noArrivals()
      addArrivals(this.#arrivals, interval.arrivals)
    }
    if (!abort || this.#aborted || run.elapsedMs < afterMs) return undefined
    const finding = this.#judge(run)
    if (finding === undefined || finding.outcome === 'passed' || finding.value === undefined) return undefined
    this.#aborted = measuredFinding({ ...finding, endedRun: true, atMs: run.elapsedMs })
    return this.#aborted
  }

  conclude(run: RunView): Finding[] {
    return [this.#aborted ?? this.#judge(run, true) ?? []].flat()
  }

  #judge(run: RunView, isOver = false): MeasuredFinding | undefined {
    const threshold = this.#threshold
    const figures = figuresOf(threshold, run.measured, run.measuredMs, this.#arrivals)
    const mistake = figures.metric && unitMistake(threshold, figures.metric.kind)
    const { kind } = this
    if (mistake)
      return measuredFinding({
        kind,
        outcome: 'broken',
        label: this.#options.label ?? threshold.text,
        measured: mistake,
      })
    const unanswered = this.#answers?.unanswered(run.measured, run.all, run.elapsedMs, isOver)
    if (unanswered) figures.unanswered = unanswered
    const found = measured(threshold, figures)
    const { isDefault } = this.#options
    const label = this.#options.label ?? (isDefault ? `${threshold.text} (default)` : threshold.text)
    if (found === undefined)
      return isDefault
        ? undefined
        : measuredFinding({ kind, outcome: 'failed', label, measured: 'never measured', limit: threshold.limit })
    return measuredFinding({
      kind,
      outcome: holds(threshold, found.value) ? 'passed' : 'failed',
      label,
      measured: formatMeasured(threshold, found, figures),
      value: found.value,
      limit: threshold.limit,
      ...(found.atLeast ? { atLeast: true } : {}),
    })
  }
}
