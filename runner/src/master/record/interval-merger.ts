import { emptyHistogram } from '../../stats/histogram.ts'
import { addArrivals, DeltaSum, mergeDeltas, noArrivals, WaitingSum } from '../../stats/merge.ts'
import type {
  ArrivalCounts,
  HealthSample,
  RunInterval,
  StatsDelta,
  WaitingState,
  WorkerInterval,
} from '../../stats/snapshot.ts'
import { totalUsers } from '../../stats/user-counts.ts'

/**
 * Merges the same second of all workers and hands it on once, in order. A second is complete when every expected worker has reported
 * it or a later one. What comes after that is added to the next second, so nothing is lost.
 */
export class IntervalMerger {
  readonly #handOn: (interval: RunInterval) => void
  readonly #open = new Map<number, SecondSum>()
  readonly #newest = new Map<string, number>()
  /** Requests that waited at each worker when it last reported. */
  readonly #waiting = new Map<string, readonly WaitingState[]>()
  #nextSecond = 0

  constructor(handOn: (interval: RunInterval) => void) {
    this.#handOn = handOn
  }

  add(worker: string, interval: WorkerInterval): void {
    const second = Math.max(interval.second, this.#nextSecond)
    let sum = this.#open.get(second)
    if (!sum) this.#open.set(second, (sum = new SecondSum()))
    sum.add(worker, interval, interval.second < second)
    const newest = this.#newest.get(worker) ?? -1
    this.#newest.set(worker, Math.max(interval.second, newest))
    if (interval.second < newest) return
    if (interval.waiting) this.#waiting.set(worker, interval.waiting)
    else this.#waiting.delete(worker)
  }

  /** Hands on every second that all of these workers have reported. */
  advance(expected: readonly string[]): void {
    for (const second of this.#seconds()) {
      if (!expected.every((worker) => (this.#newest.get(worker) ?? -1) >= second)) return
      this.#emit(second)
    }
  }

  /**
   * The end: hands on the seconds that are still open as they are. Requests that waited at a lost worker were never answered, as far as
   * anybody knows; they are given up with the age that they had.
   */
  flush(): void {
    for (const second of this.#seconds()) this.#emit(second)
    if (this.#waiting.size === 0) return
    const stats = mergeDeltas([...this.#waiting.values()].map(givenUp))
    this.#waiting.clear()
    const second = Math.max(0, this.#nextSecond - 1)
    this.#handOn({ second, durationMs: 0, at: Date.now(), stats, users: {}, userCount: 0, health: {} })
  }

  #seconds(): number[] {
    return [...this.#open.keys()].sort((a, b) => a - b)
  }

  #emit(second: number): void {
    const sum = this.#open.get(second) as SecondSum
    this.#open.delete(second)
    this.#nextSecond = second + 1
    this.#handOn(sum.take(second))
  }
}

function givenUp(waiting: readonly WaitingState[]): StatsDelta {
  const requests = waiting.map(({ method, name, ages }) => ({
    ...{ method, name, ok: emptyHistogram(), failed: emptyHistogram(), unanswered: ages },
    ...{ aborted: 0, hops: 0, bytes: 0 },
  }))
  return { requests, errors: [], exceptions: [], metrics: [] }
}

/** One second of a run while it is collected. Reports are added as they come and are not kept. */
export class SecondSum {
  readonly #stats = new DeltaSum()
  readonly #newest = new Map<string, { users: WorkerInterval['users']; health: HealthSample | undefined }>()
  #waiting: WaitingSum | undefined
  #arrivals: ArrivalCounts | undefined
  #durationMs = 0

  /** `late`: the report is about a second that was handed on already, so its users are not counted in this one. */
  add(worker: string, { stats, users, health, arrivals, waiting, durationMs }: WorkerInterval, late: boolean): void {
    this.#stats.add(stats)
    // what waited at the end of an earlier second says nothing about the end of this one
    if (waiting && !late) (this.#waiting ??= new WaitingSum()).add(waiting)
    if (!late) this.#durationMs = Math.max(this.#durationMs, durationMs)
    const newest = this.#newest.get(worker)
    if (late && newest) newest.health = withTroubleOf(newest.health, health)
    else this.#newest.set(worker, { users: late ? {} : users, health: withTroubleOf(health, newest?.health) })
    if (!arrivals) return
    this.#arrivals ??= noArrivals()
    addArrivals(this.#arrivals, arrivals)
  }

  take(second: number): RunInterval {
    const users: Record<string, number> = {}
    const health: Record<string, HealthSample> = {}
    for (const [worker, newest] of this.#newest) {
      if (newest.health) health[worker] = newest.health
      for (const [name, count] of Object.entries(newest.users)) users[name] = (users[name] ?? 0) + count
    }
    return {
      second,
      durationMs: this.#durationMs || 1_000, // only late reports
      at: Date.now(),
      stats: this.#stats.take(),
      users,
      userCount: totalUsers(users),
      ...(this.#arrivals ? { arrivals: this.#arrivals } : {}),
      ...(this.#waiting ? { waiting: this.#waiting.take() } : {}),
      health,
    }
  }
}

/** A worker that stood still reports that late, in a second that it reports nothing else of. It counts, whatever comes after it. */
function withTroubleOf(health: HealthSample | undefined, other: HealthSample | undefined): HealthSample | undefined {
  if (!health || !other) return health ?? other
  const sum = (of: 'stalledMs' | 'stoppedMs') => (health[of] ?? 0) + (other[of] ?? 0)
  if (!other.saturated && sum('stalledMs') === 0) return health
  return {
    ...health,
    loopDelayMaxMs: Math.max(health.loopDelayMaxMs, other.loopDelayMaxMs),
    saturated: health.saturated || other.saturated,
    ...(sum('stalledMs') > 0 ? { stalledMs: sum('stalledMs'), stoppedMs: sum('stoppedMs') } : {}),
  }
}
