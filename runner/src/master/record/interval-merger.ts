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
 * Puts the same second of all workers together and hands it on once, in order of seconds. A second is complete when every worker
 * that is expected has reported it or a later one; what comes after that joins the next second handed on, so nothing is lost.
 */
export class IntervalMerger {
  readonly #handOn: (interval: RunInterval) => void
  readonly #open = new Map<number, SecondSum>()
  readonly #newest = new Map<string, number>()
  /** What waited at each worker when it last told. */
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

  /** Hands on every second that all of these have reported. */
  advance(expected: readonly string[]): void {
    for (const second of this.#seconds()) {
      if (!expected.every((worker) => (this.#newest.get(worker) ?? -1) >= second)) return
      this.#emit(second)
    }
  }

  /**
   * The end: whatever is still open is handed on as it is. What waited at a worker that told of no end, because it is lost, was never
   * answered as far as anybody knows: it is given up as old as it was.
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

/** One second of a run in the making: what workers report of it is added as it comes, and not kept. */
export class SecondSum {
  readonly #stats = new DeltaSum()
  readonly #newest = new Map<string, { users: WorkerInterval['users']; health: HealthSample | undefined }>()
  #waiting: WaitingSum | undefined
  #arrivals: ArrivalCounts | undefined
  #durationMs = 0

  /** `late`: of a second that has been handed on already; its users are not those of this one. */
  add(worker: string, { stats, users, health, arrivals, waiting, durationMs }: WorkerInterval, late: boolean): void {
    this.#stats.add(stats)
    // how long something waited at the end of a second that is over says nothing of the end of this one
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
      durationMs: this.#durationMs || 1_000, // nothing but what came late
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

/** A worker that stood still tells so late, in a second of which it tells nothing else: that counts, whatever comes after it. */
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
