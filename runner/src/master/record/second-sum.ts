import { addArrivals, DeltaSum, noArrivals, WaitingSum } from '../../stats/merge.ts'
import type { ArrivalCounts, HealthSample, RunInterval, WorkerInterval } from '../../stats/snapshot.ts'
import { totalUsers } from '../../stats/user-counts.ts'

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
