import type { ArrivalsTarget } from '../../profile/arrivals-target.ts'
import { patienceOf } from '../../transport/silence.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'

/** Cuts a stretch of an open-model profile into orders. */
export type ArrivalCutter = (
  fromMs: number,
  untilMs: number,
) => Omit<ArrivalsTarget, 'index' | 'workers' | 'maxUsers'>[]

/** How many arrivals a profile asks for until a moment. */
export function arrivalsBefore(cut: ArrivalCutter, untilMs: number): number {
  const last = cut(0, untilMs).at(-1)
  if (!last) return 0
  const seconds = (last.untilMs - last.fromMs) / 1_000
  return last.before + ((last.rateFrom + last.rateUntil) / 2) * seconds
}

/**
 * Arrivals are ordered so far ahead, plus the network's delay: a network that suddenly becomes 3 s slow must not leave a worker without orders.
 * It is no longer than it takes to notice a closed connection, so a lost worker has run out of orders before others get its share.
 */
const mostLeadMs = patienceOf().cutMs
/** How often new orders are sent. It is much less than the lead, so a worker never runs out of them. */
const stepMs = 500
/** A change of workers takes effect so much later: by then every message has come. */
const handOverMs = 150
/** If this process stood still, arrivals that are older than this are skipped. Making up for them would be a flood, not an open model. */
const catchUpMs = 4_000

/**
 * Orders for an open-model profile, given ahead of time. Each worker makes every nth arrival. When the workers change, all of them change
 * their part at one moment, so that each arrival is made exactly once.
 */
export class ArrivalOrders {
  readonly #cut: ArrivalCutter
  readonly #maxUsers: number
  readonly #leadMs: number
  #orderedUntilMs = 0
  #skippedMs = 0
  #workers: readonly WorkerRecord[] = []

  /** `missingMs`: other workers get the share of a worker that is silent for so long. */
  constructor(cut: ArrivalCutter, maxUsers: number, missingMs = mostLeadMs) {
    this.#cut = cut
    this.#maxUsers = maxUsers
    this.#leadMs = Math.min(mostLeadMs, missingMs)
  }

  next(elapsedMs: number, workers: readonly WorkerRecord[]): [WorkerRecord, ArrivalsTarget][] {
    const same = workers.length === this.#workers.length && workers.every((worker, i) => worker === this.#workers[i])
    // on a slow network orders are given earlier
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

  /** How many ms of arrivals were skipped since the last call. */
  takeSkippedMs(): number {
    const skippedMs = this.#skippedMs
    this.#skippedMs = 0
    return skippedMs
  }
}
