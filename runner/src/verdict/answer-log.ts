import type { Aggregate } from '../stats/aggregate.ts'
import type { RunInterval } from '../stats/snapshot.ts'
import { matches } from './figures.ts'
import { Silences, timeoutsOf } from './silences.ts'
import { overdueMs, overdueOf, patienceMs, type Unanswered } from './unanswered.ts'

interface Second {
  endMs: number
  answered: number
}

/** Nobody waits longer than that and is told apart. */
const mostSeconds = 3_600

/** When requests were answered, of all names or of one: what those that were not are compared with. */
export class AnswerLog {
  readonly #name: string | undefined
  readonly #seconds: Second[] = []
  /** When the oldest was sent of those that were given up and overdue. */
  #givenUpSinceMs = Number.POSITIVE_INFINITY
  readonly #silences = new Silences()
  #users = 0
  #openModel = false

  constructor(name: string | undefined) {
    this.#name = name
  }

  add(interval: RunInterval, all: Aggregate): void {
    const { second, durationMs, stats, arrivals, userCount } = interval
    const endMs = second * 1_000 + durationMs
    const timeouts = timeoutsOf(stats)
    let answered = 0
    for (const request of stats.requests) {
      if (this.#name !== undefined && !matches(this.#name, request)) continue
      const timedOut = timeouts.get(`${request.method}\n${request.name}`) ?? 0
      answered += Math.max(0, request.ok.count + request.failed.count - timedOut)
      const { unanswered } = request
      if (!unanswered) continue
      if (unanswered.max >= overdueMs(patienceMs(endMs), all.request(request.method, request.name)))
        this.#givenUpSinceMs = Math.min(this.#givenUpSinceMs, endMs - unanswered.max)
    }
    this.#silences.add(this.#name === undefined ? interval : onlyNamed(this.#name, interval), all)
    this.#seconds.push({ endMs, answered })
    if (this.#seconds.length > mostSeconds) this.#seconds.shift()
    this.#users = Math.max(this.#users, userCount)
    this.#openModel ||= arrivals !== undefined
  }

  /** What of `stats` is overdue, against what was answered meanwhile. `isOver`: the run is. */
  unanswered(stats: Aggregate, all: Aggregate, elapsedMs: number, isOver = false): Unanswered {
    const name = this.#name
    const groups = stats.requests().filter((group) => name === undefined || matches(name, group))
    const waited = overdueOf(groups, all, elapsedMs, isOver)
    const silence = this.#silences.timedOut(elapsedMs)
    const nowMs = this.#seconds.at(-1)?.endMs ?? 0
    const sinceMs = Math.min(this.#givenUpSinceMs, nowMs - waited.oldestMs, silence.sinceMs)
    let answered = 0
    for (let i = this.#seconds.length - 1; i >= 0; i--) {
      const { endMs, answered: here } = this.#seconds[i] as Second
      if (endMs - 1_000 < sinceMs) break // of a second that it was sent in, most were answered before
      answered += here
    }
    return {
      overdue: waited.overdue + silence.timedOut,
      oldestMs: Math.max(waited.oldestMs, silence.timedOut > 0 ? nowMs - silence.sinceMs : 0),
      answered,
      users: this.#openModel || this.#users === 0 ? undefined : this.#users,
    }
  }
}

/** What of a second is about that name. */
export function onlyNamed(name: string, interval: RunInterval): RunInterval {
  const { stats, waiting = [] } = interval
  const isMeant = (one: { method: string; name: string }) => matches(name, one)
  return {
    ...interval,
    stats: { ...stats, requests: stats.requests.filter(isMeant), errors: stats.errors.filter(isMeant) },
    waiting: waiting.filter(isMeant),
  }
}
