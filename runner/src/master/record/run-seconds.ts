import type { EventKind } from '../../facts/run-event.ts'
import type { Finding } from '../../facts/verdict.ts'
import { isEmptyDelta, mergeDeltas } from '../../stats/merge.ts'
import { redactStats, redactWaiting } from '../../stats/redact-stats.ts'
import type { RunClock } from '../../stats/run-clock.ts'
import type { RunInterval, StatsDelta, WorkerInterval } from '../../stats/snapshot.ts'
import type { Criterion } from '../../verdict/criterion.ts'
import type { AskedUsers } from '../load/asked-users.ts'
import type { Roster } from '../workers/roster.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'
import { AnswerWatch } from './answer-watch.ts'
import type { OutputSink } from './broadcast.ts'
import { HealthSummary } from './health-summary.ts'
import { IntervalMerger } from './interval-merger.ts'
import { NameCap } from './name-cap.ts'
import type { RunRecord } from './run-record.ts'

export interface RunSecondsOptions {
  clock: Pick<RunClock, 'elapsedMs'>
  roster: Roster
  record: RunRecord
  asked: AskedUsers
  criteria: readonly Criterion[]
  sink: OutputSink
  maxNames: number
  /** Request names that are always kept apart. */
  keep?: ReadonlySet<string> | undefined
  /** What the load file measures in this process: in `setup()`, message handlers and `teardown()`. */
  own?: { take(): StatsDelta } | undefined
  event(kind: EventKind, text: string): void
  /** A criterion asks to end the run. */
  onFinding(finding: Finding): void
}

const crowd = 32
const advanceMs = 100

/** Turns the workers' reports into seconds of the run. Each complete second is recorded, judged and told to outputs, in order. */
export class RunSeconds {
  readonly health = new HealthSummary()
  readonly #options: RunSecondsOptions
  readonly #names: NameCap
  readonly #answers: AnswerWatch
  readonly #intervals = new IntervalMerger((interval) => this.#take(interval))
  #advancing: NodeJS.Timeout | undefined

  constructor(options: RunSecondsOptions) {
    this.#options = options
    this.#answers = new AnswerWatch(options.event)
    const onCap = () =>
      options.event(
        'names_capped',
        `more than ${options.maxNames} request names over all workers: the rest is counted as (other)`,
      )
    this.#names = new NameCap(options.maxNames, onCap, options.keep)
  }

  add(worker: WorkerRecord, intervals: readonly WorkerInterval[]): void {
    // no honest report is so far ahead, and one would make all other workers' seconds late
    const newest = Math.floor(this.#options.clock.elapsedMs / 1_000) + 1
    const { loadDelivery } = this.#options.record
    for (const interval of intervals) {
      const told = interval.second <= newest ? interval : { ...interval, second: newest }
      for (const ran of worker.reported(told)) loadDelivery.ran(ran)
      this.#intervals.add(worker.id, told)
    }
    this.#advanceSoon()
  }

  /** Takes every second that all present workers have reported. */
  advance(): void {
    this.#intervals.advance(this.#options.roster.workers.filter(isWaitedFor).map(({ id }) => id))
  }

  /** The end: takes the seconds that are still open as they are. */
  flush(): void {
    clearTimeout(this.#advancing)
    this.#intervals.flush()
  }

  /** Takes what this process measured after the last second. */
  takeOwnRest(runMs: number): void {
    const own = this.#options.own?.take()
    if (!own || isEmptyDelta(own)) return
    const second = Math.floor(runMs / 1_000)
    this.#take({ second, durationMs: 0, at: Date.now(), stats: own, users: {}, userCount: 0, health: {} })
  }

  /** At once; with many workers a few times a second, since it looks at all of them each time. */
  #advanceSoon(): void {
    if (this.#options.roster.workers.length <= crowd) this.advance()
    else
      this.#advancing ??= setTimeout(() => {
        this.#advancing = undefined
        this.advance()
      }, advanceMs)
  }

  #take(interval: RunInterval): void {
    const { asked, record, criteria, sink, onFinding } = this.#options
    interval.stats = this.#names.apply(redactStats(this.#withOwn(interval.stats)))
    if (interval.waiting) interval.waiting = this.#names.applyWaiting(redactWaiting(interval.waiting))
    const fromMs = interval.second * 1_000
    const targetUsers = asked.lastIn(fromMs, fromMs + interval.durationMs)
    if (targetUsers !== undefined) interval.targetUsers = targetUsers
    for (const health of Object.values(interval.health)) this.health.add(health)
    record.add(interval)
    this.#answers.add(interval, record.all)
    for (const criterion of criteria) {
      const finding = criterion.interval?.(interval, record)
      if (finding) onFinding(finding)
    }
    sink.interval(interval)
  }

  #withOwn(stats: StatsDelta): StatsDelta {
    const own = this.#options.own?.take()
    return own && !isEmptyDelta(own) ? mergeDeltas([stats, own]) : stats
  }
}

function isWaitedFor({ isPresent, started, stuck }: WorkerRecord): boolean {
  return isPresent && started && !stuck
}
