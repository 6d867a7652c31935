import { mergeDeltas } from '../stats/merge.ts'
import type { ArrivalCounts, HealthSample, RunInterval, WorkerInterval } from '../stats/snapshot.ts'

/**
 * Puts the same second of all workers together and hands it on once, in order of seconds. A second is complete when every worker
 * that is expected has reported it or a later one; what comes after that joins the next second handed on, so nothing is lost.
 */
export class IntervalMerger {
  readonly #handOn: (interval: RunInterval) => void
  readonly #open = new Map<number, Map<string, WorkerInterval[]>>()
  readonly #newest = new Map<string, number>()
  #nextSecond = 0

  constructor(handOn: (interval: RunInterval) => void) {
    this.#handOn = handOn
  }

  add(worker: string, interval: WorkerInterval, expected: readonly string[]): void {
    const second = Math.max(interval.second, this.#nextSecond)
    let workers = this.#open.get(second)
    if (!workers) this.#open.set(second, (workers = new Map()))
    workers.set(worker, [...(workers.get(worker) ?? []), interval])
    this.#newest.set(worker, Math.max(interval.second, this.#newest.get(worker) ?? -1))
    this.#advance(expected)
  }

  /** The end: whatever is still open is handed on as it is. */
  flush(): void {
    for (const second of [...this.#open.keys()].sort((a, b) => a - b)) this.#emit(second)
  }

  #advance(expected: readonly string[]): void {
    for (const second of [...this.#open.keys()].sort((a, b) => a - b)) {
      if (!expected.every((worker) => (this.#newest.get(worker) ?? -1) >= second)) return
      this.#emit(second)
    }
  }

  #emit(second: number): void {
    const workers = this.#open.get(second) as Map<string, WorkerInterval[]>
    this.#open.delete(second)
    this.#nextSecond = second + 1
    const all = [...workers.values()].flat()
    const users: Record<string, number> = {}
    const health: Record<string, HealthSample> = {}
    let arrivals: ArrivalCounts | undefined
    for (const [worker, intervals] of workers) {
      const last = intervals.at(-1) as WorkerInterval
      health[worker] = last.health
      for (const [name, count] of Object.entries(last.users)) users[name] = (users[name] ?? 0) + count
    }
    for (const { arrivals: part } of all)
      if (part) {
        arrivals ??= { offered: 0, started: 0, dropped: 0 }
        arrivals.offered += part.offered
        arrivals.started += part.started
        arrivals.dropped += part.dropped
      }
    this.#handOn({
      second,
      durationMs: Math.max(...all.map((interval) => interval.durationMs)),
      at: Date.now(),
      stats: mergeDeltas(all.map((interval) => interval.stats)),
      users,
      userCount: Object.values(users).reduce((sum, count) => sum + count, 0),
      ...(arrivals ? { arrivals } : {}),
      health,
    })
  }
}
