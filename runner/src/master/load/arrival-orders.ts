import type { ArrivalsTarget } from '../../profile/arrivals-target.ts'
import { patienceOf } from '../../transport/silence.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'

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

/**
 * How far ahead arrivals are ordered, beyond what the way takes: a way that becomes 3 s slow gives no warning. No longer than it takes to find
 * that a worker's connection is gone: by the time its share is others' it has run out of orders.
 */
const mostLeadMs = patienceOf().cutMs
/** So often there are new orders. With so much less than the lead a worker is never left. */
const stepMs = 500
/** When others take over from a lost worker, or share with a new one: every message is there by then. */
const handOverMs = 150
/** What lies further back, since this process was held up, is not made up for: that would be a flood, and no open model. */
const catchUpMs = 4_000

/**
 * Orders for an open-model profile, given ahead of time. Each worker has its place in the count of all arrivals; where the workers change,
 * all change places at one moment, so that no arrival is made twice or by nobody.
 */
export class ArrivalOrders {
  readonly #cut: ArrivalCutter
  readonly #maxUsers: number
  readonly #leadMs: number
  #orderedUntilMs = 0
  #skippedMs = 0
  #workers: readonly WorkerRecord[] = []

  /** `missingMs`: after so long a silent worker's share is others'. */
  constructor(cut: ArrivalCutter, maxUsers: number, missingMs = mostLeadMs) {
    this.#cut = cut
    this.#maxUsers = maxUsers
    this.#leadMs = Math.min(mostLeadMs, missingMs)
  }

  next(elapsedMs: number, workers: readonly WorkerRecord[]): [WorkerRecord, ArrivalsTarget][] {
    const same = workers.length === this.#workers.length && workers.every((worker, i) => worker === this.#workers[i])
    // on a slow way orders are given as much earlier
    const wayMs = Math.max(0, ...workers.map(({ roundTripMs }) => roundTripMs))
    if (!same && this.#workers.length > 0)
      this.#orderedUntilMs = Math.min(this.#orderedUntilMs, elapsedMs + handOverMs + wayMs)
    this.#workers = workers
    const until = elapsedMs + wayMs + this.#leadMs
    if (same && this.#orderedUntilMs > until - stepMs) return []
    if (workers.length === 0) return []
    const tooLateMs = elapsedMs - catchUpMs - this.#orderedUntilMs
    if (tooLateMs > 0) {
      this.#skippedMs += tooLateMs
      this.#orderedUntilMs += tooLateMs
    }
    const orders: [WorkerRecord, ArrivalsTarget][] = []
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
