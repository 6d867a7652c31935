import { measuredFinding } from '../facts/finding.ts'
import type { Finding } from '../facts/verdict.ts'
import { Aggregate, RequestStats } from '../stats/aggregate.ts'
import { formatItems, formatSpan } from '../stats/format.ts'
import { addArrivals, noArrivals } from '../stats/merge.ts'
import type { ArrivalCounts, RunInterval, StatsDelta, WaitingState } from '../stats/snapshot.ts'
import { onlyNamed } from './answer-log.ts'
import type { Criterion, RunView } from './criterion.ts'
import { type Figures, figuresOf, holds, type Measured, matches, measured } from './figures.ts'
import { formatMeasured } from './format-measure.ts'
import { unitMistake } from './metric-units.ts'
import { Silences, timeoutsOf } from './silences.ts'
import type { Threshold } from './threshold-grammar.ts'
import { overdueOf, type Unanswered } from './unanswered.ts'
import type { ThresholdOptions } from './whole-run-threshold.ts'

interface Second {
  stats: StatsDelta
  durationMs: number
  arrivals: ArrivalCounts | undefined
  waiting: WaitingState[]
  users: number
  /** Requests that timed out, and those of them that did so in a silence, which began then. */
  timeouts: number
  silent: { timedOut: number; sinceMs: number }
}

/** A threshold over every stretch of a given length: evaluated each second, over whole windows only. */
export class SlidingThreshold implements Criterion {
  readonly kind = 'threshold'
  readonly #threshold: Threshold
  readonly #windowMs: number
  readonly #options: ThresholdOptions
  #seconds: Second[] = []
  #heldMs = 0
  #windows = 0
  #broken = 0
  #worst: { found: Measured; atMs: number; figures: Figures } | undefined
  #ended = false
  #endMs = 0
  #requested = false
  #counted = false
  /** Its limit is in a unit that the metric does not have. */
  #mistake: string | undefined
  readonly #silences: Silences | undefined

  constructor(threshold: Threshold, windowMs: number, options: ThresholdOptions) {
    this.#threshold = threshold
    if (threshold.measure.kind === 'unanswered') this.#silences = new Silences()
    this.#windowMs = windowMs
    this.#options = options
  }

  interval(interval: RunInterval, run: RunView): Finding | undefined {
    const { warmupMs, abort, afterMs = 0 } = this.#options
    if (interval.second * 1_000 < warmupMs) return undefined
    this.#push(interval, this.#silentIn(interval, run))
    if (this.#heldMs < this.#windowMs - slackMs || run.elapsedMs < afterMs) return undefined
    const figures = this.#figures(run)
    if (figures.metric) this.#mistake ??= unitMistake(this.#threshold, figures.metric.kind)
    const found = measured(this.#threshold, figures)
    if (found === undefined || this.#mistake !== undefined) return undefined
    this.#windows++
    const ok = holds(this.#threshold, found.value)
    if (!ok) this.#broken++
    if (!this.#worst || this.#isWorse(found.value, this.#worst.found.value))
      this.#worst = { found, atMs: run.elapsedMs, figures }
    if (ok || !abort || this.#ended) return undefined
    this.#ended = true
    return this.#finding()
  }

  conclude(): Finding[] {
    return [this.#finding()]
  }

  #finding(): Finding {
    const { limit } = this.#threshold
    const label = this.#options.label ?? windowedLabel(this.#threshold, this.#windowMs)
    const { kind } = this
    if (this.#mistake !== undefined) return measuredFinding({ kind, outcome: 'broken', label, measured: this.#mistake })
    if (!this.#worst)
      return measuredFinding({ kind, outcome: 'failed', label, measured: 'never measured for a whole window', limit })
    const { found, atMs, figures } = this.#worst
    const worst = `worst ${formatMeasured(this.#threshold, found, figures)} at ${formatSpan(atMs)}`
    const count =
      this.#broken === 0 ? formatItems(this.#windows, 'window') : `${this.#broken} of ${this.#windows} windows broke it`
    return measuredFinding({
      kind,
      outcome: this.#broken === 0 ? 'passed' : 'failed',
      label,
      measured: `${worst}, ${count}`,
      ...(this.#ended ? { endedRun: true } : {}),
      value: found.value,
      limit,
      atMs,
      ...(found.atLeast ? { atLeast: true } : {}),
    })
  }

  #silentIn(interval: RunInterval, run: RunView): Pick<Second, 'timeouts' | 'silent'> {
    if (!this.#silences) return nothingSilent
    const { name } = this.#threshold
    const meant = name === undefined ? interval : onlyNamed(name, interval)
    const timeouts = [...timeoutsOf(meant.stats).values()].reduce((sum, count) => sum + count, 0)
    return { timeouts, silent: this.#silences.add(meant, run.all) }
  }

  /** Keeps of a second what the threshold is about. */
  #push(
    { second, stats, durationMs, arrivals, waiting = [], userCount }: RunInterval,
    silent: Pick<Second, 'timeouts' | 'silent'>,
  ): void {
    if (second * 1_000 - this.#endMs >= missingMs) {
      this.#seconds = []
      this.#heldMs = 0
    }
    this.#endMs = second * 1_000 + durationMs
    const { name } = this.#threshold
    const kept =
      name === undefined
        ? { ...stats, errors: [] }
        : {
            requests: stats.requests.filter((request) => matches(name, request)),
            metrics: stats.metrics.filter((metric) => metric.name === name),
            errors: [],
            exceptions: [],
          }
    const waits = name === undefined ? waiting : waiting.filter((one) => matches(name, one))
    this.#requested ||= kept.requests.length > 0
    this.#counted ||= kept.metrics.some(({ kind }) => kind === 'counter')
    this.#seconds.push({ stats: kept, durationMs, arrivals, waiting: waits, users: userCount, ...silent })
    this.#heldMs += durationMs
    for (
      let first = this.#seconds[0];
      first && this.#heldMs - first.durationMs >= this.#windowMs - slackMs;
      first = this.#seconds[0]
    ) {
      this.#heldMs -= first.durationMs
      this.#seconds.shift()
    }
  }

  /** What was answered and given up in the window, and what waits at its end. */
  #figures(run: RunView): Figures {
    const stats = new Aggregate()
    const arrivals = noArrivals()
    for (const second of this.#seconds) {
      stats.merge(second.stats)
      if (second.arrivals) addArrivals(arrivals, second.arrivals)
    }
    stats.wait(this.#seconds.at(-1)?.waiting ?? [])
    const figures = figuresOf(this.#threshold, stats, this.#heldMs, arrivals)
    if (this.#threshold.measure.kind === 'unanswered') figures.unanswered = this.#unanswered(stats, run)
    const { name } = this.#threshold
    if (name === undefined) return figures
    // what was there before and is not now is none of it, not nothing measured: a rate that fell to 0 breaks its limit
    if (this.#requested) figures.requests ??= new RequestStats('', name)
    if (this.#counted) figures.metric ??= { kind: 'counter', name, sum: 0 }
    return figures
  }

  #unanswered(stats: Aggregate, run: RunView): Unanswered {
    const isOpen = this.#seconds.some(({ arrivals }) => arrivals !== undefined)
    const waited = overdueOf(stats.requests(), run.all, run.elapsedMs)
    let [timeouts, timedOut, oldestMs, users] = [0, 0, waited.oldestMs, 0]
    for (const second of this.#seconds) {
      users = Math.max(users, second.users)
      timeouts += second.timeouts
      timedOut += second.silent.timedOut
      if (second.silent.timedOut > 0) oldestMs = Math.max(oldestMs, this.#endMs - second.silent.sinceMs)
    }
    return {
      overdue: waited.overdue + timedOut,
      oldestMs,
      answered: Math.max(0, stats.total.requests - timeouts),
      users: isOpen || users === 0 ? undefined : users,
    }
  }

  #isWorse(value: number, than: number): boolean {
    const { operator, limit } = this.#threshold
    if (operator === '=') return Math.abs(value - limit) > Math.abs(than - limit)
    return operator.startsWith('<') ? value > than : value < than
  }
}

const nothingSilent: Pick<Second, 'timeouts' | 'silent'> = {
  timeouts: 0,
  silent: { timedOut: 0, sinceMs: Number.POSITIVE_INFINITY },
}

/** Seconds are not exactly 1,000 ms; a window of 60 of them is whole. */
const slackMs = 100

/**
 * No stretch with a hole in it is whole. An interval starts in its second, not always at its beginning, so that less than a second
 * between the end of one and the start of the next is none.
 */
const missingMs = 990

export function windowedLabel({ text }: Threshold, windowMs: number): string {
  return `${text} over every ${formatSpan(windowMs)}`
}
