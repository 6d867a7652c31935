import type { RunInterval, WorkerInterval } from '../stats/snapshot.ts'
import { SecondSum } from './second-sum.ts'

/**
 * Puts the same second of all workers together and hands it on once, in order of seconds. A second is complete when every worker
 * that is expected has reported it or a later one; what comes after that joins the next second handed on, so nothing is lost.
 */
export class IntervalMerger {
  readonly #handOn: (interval: RunInterval) => void
  readonly #open = new Map<number, SecondSum>()
  readonly #newest = new Map<string, number>()
  #nextSecond = 0

  constructor(handOn: (interval: RunInterval) => void) {
    this.#handOn = handOn
  }

  add(worker: string, interval: WorkerInterval): void {
    const second = Math.max(interval.second, this.#nextSecond)
    let sum = this.#open.get(second)
    if (!sum) this.#open.set(second, (sum = new SecondSum()))
    sum.add(worker, interval, interval.second < second)
    this.#newest.set(worker, Math.max(interval.second, this.#newest.get(worker) ?? -1))
  }

  /** Hands on every second that all of these have reported. */
  advance(expected: readonly string[]): void {
    for (const second of this.#seconds()) {
      if (!expected.every((worker) => (this.#newest.get(worker) ?? -1) >= second)) return
      this.#emit(second)
    }
  }

  /** The end: whatever is still open is handed on as it is. */
  flush(): void {
    for (const second of this.#seconds()) this.#emit(second)
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
