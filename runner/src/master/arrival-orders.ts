import type { ArrivalsTarget } from '../profile/arrivals-target.ts'
import type { Member } from './roster.ts'

/** Cuts a stretch of an open-model profile into orders. */
export type ArrivalCutter = (
  fromMs: number,
  untilMs: number,
) => Omit<ArrivalsTarget, 'index' | 'workers' | 'maxUsers'>[]

/** All arrivals of a profile until a moment. */
export function arrivalsBefore(cut: ArrivalCutter, untilMs: number): number {
  const last = cut(0, untilMs).at(-1)
  if (!last) return 0
  const seconds = (last.untilMs - last.fromMs) / 1_000
  return last.before + ((last.rateFrom + last.rateUntil) / 2) * seconds
}

/** How far ahead arrivals are ordered: long enough for a late message to do no harm, short enough for an edit to take. */
const leadMs = 1_000
/** When others take over from a lost worker, or share with a new one: every message is there by then. */
const handOverMs = 150
/** What lies further back, since this process was held up, is not made up for: that would be a flood, and no open model. */
const catchUpMs = 4_000

/**
 * Orders for an open-model profile, a second ahead. Each worker has its place in the count of all arrivals; where the workers change,
 * all change places at one moment, so that no arrival is made twice or by nobody.
 */
export class ArrivalOrders {
  readonly #cut: ArrivalCutter
  readonly #maxUsers: number
  #orderedUntilMs = 0
  #skippedMs = 0
  #workers: readonly Member[] = []

  constructor(cut: ArrivalCutter, maxUsers: number) {
    this.#cut = cut
    this.#maxUsers = maxUsers
  }

  next(elapsedMs: number, workers: readonly Member[]): [Member, ArrivalsTarget][] {
    const same = workers.length === this.#workers.length && workers.every((worker, i) => worker === this.#workers[i])
    // on a slow way orders are given as much earlier
    const wayMs = Math.max(0, ...workers.map(({ roundTripMs }) => roundTripMs))
    if (!same && this.#workers.length > 0)
      this.#orderedUntilMs = Math.min(this.#orderedUntilMs, elapsedMs + handOverMs + wayMs)
    this.#workers = workers
    if (same && this.#orderedUntilMs > elapsedMs + wayMs + leadMs / 2) return []
    if (workers.length === 0) return []
    const until = Math.max(this.#orderedUntilMs, elapsedMs + wayMs) + leadMs
    const tooLateMs = elapsedMs - catchUpMs - this.#orderedUntilMs
    if (tooLateMs > 0) {
      this.#skippedMs += tooLateMs
      this.#orderedUntilMs += tooLateMs
    }
    const orders: [Member, ArrivalsTarget][] = []
    for (const stretch of this.#cut(this.#orderedUntilMs, until))
      for (const [index, worker] of workers.entries()) {
        const maxUsers = Math.floor((this.#maxUsers + workers.length - 1 - index) / workers.length)
        orders.push([worker, { ...stretch, index, workers: workers.length, maxUsers }])
      }
    this.#orderedUntilMs = until
    return orders
  }

  /** Of how many ms arrivals were left out since the last call. */
  takeSkippedMs(): number {
    const skippedMs = this.#skippedMs
    this.#skippedMs = 0
    return skippedMs
  }
}
