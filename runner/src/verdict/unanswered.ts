import type { Aggregate, RequestStats } from '../stats/aggregate.ts'
import { lowerBound } from '../stats/buckets.ts'
import type { HistogramData } from '../stats/snapshot.ts'

/** Requests without an answer, as a threshold on `unanswered` sees them. */
export interface Unanswered {
  /** Those that have waited too long to be only slow. */
  overdue: number
  /** How long ago the oldest of them was sent, ms. */
  oldestMs: number
  /** Requests that were answered, well or badly, since the oldest of them was sent. */
  answered: number
  /** Closed model: the most users there were; undefined where it is not known, and in the open model. */
  users: number | undefined
}

const leastPatienceMs = 3_000
const mostPatienceMs = 10_000
/** Of the run: 5 s without an answer are much of a run of 20 s, and little of one of an hour. */
const patientShare = 0.25
/** A request that takes as long as the slowest good answer of its name is as slow as they are. */
const slackFactor = 1.5
/** Up to this, one request alone is not the target. */
const loneShare = 0.1

/** Of a run that is over: in one of a few seconds nothing could wait for longer. */
const shortRunShare = 0.5

/** How long a request may wait in a run of this length before it is more than slow, ms. `isOver`: the run is, and nothing more will come. */
export function patienceMs(elapsedMs: number, isOver = false): number {
  const least = isOver ? Math.min(leastPatienceMs, elapsedMs * shortRunShare) : leastPatienceMs
  return Math.min(mostPatienceMs, Math.max(least, elapsedMs * patientShare))
}

/** How long a request of this group may wait: a long poll waits as long as long polls do. */
export function overdueMs(patience: number, group: RequestStats | undefined): number {
  const slowest = group && group.ok.count > 0 ? group.ok.max : 0
  return Math.max(patience, slowest * slackFactor)
}

/** How many of these waited at least so long; exact to a bucket. */
function countFrom({ buckets, max }: HistogramData, ms: number): number {
  if (max < ms) return 0
  let count = 0
  for (let i = 0; i < buckets.length; i += 2)
    if (lowerBound(buckets[i] as number) >= ms) count += buckets[i + 1] as number
  return Math.max(1, count) // the greatest is known exactly
}

/** What is overdue among these groups; how slow answers may be is what the whole run so far says. */
export function overdueOf(
  groups: Iterable<RequestStats>,
  all: Aggregate,
  elapsedMs: number,
  isOver = false,
): Pick<Unanswered, 'overdue' | 'oldestMs'> {
  const patience = patienceMs(elapsedMs, isOver)
  let overdue = 0
  let oldestMs = 0
  for (const group of groups) {
    const waits = group.unanswered()
    const limit = overdueMs(patience, all.request(group.method, group.name))
    if (waits.count === 0 || waits.max < limit) continue
    overdue += countFrom(waits, limit)
    oldestMs = Math.max(oldestMs, waits.max)
  }
  return { overdue, oldestMs }
}

/**
 * The share that was not answered, of the requests of that time or, in the closed model, of the users: twenty that wait are nothing to what
 * twenty fast users sent before, and all there is. One alone that is a small share, while others are answered, is a slow request and no sign of a
 * target that does not answer.
 */
export function unansweredShare({ overdue, answered, users }: Unanswered): number {
  if (overdue === 0) return 0
  const ofRequests = overdue / (overdue + answered)
  const share = users === undefined ? ofRequests : Math.min(1, Math.max(ofRequests, overdue / users))
  return overdue === 1 && share <= loneShare ? 0 : share
}
