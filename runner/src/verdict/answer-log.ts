import type { Aggregate } from '../stats/aggregate.ts'
import type { RunInterval } from '../stats/snapshot.ts'
import { matches } from './figures.ts'
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
  #users = 0
  #openModel = false

  constructor(name: string | undefined) {
    this.#name = name
  }

  add({ second, durationMs, stats, arrivals, userCount }: RunInterval, all: Aggregate): void {
    const endMs = second * 1_000 + durationMs
    let answered = 0
    for (const request of stats.requests) {
      if (this.#name !== undefined && !matches(this.#name, request)) continue
      answered += request.ok.count + request.failed.count
      const { unanswered } = request
      if (!unanswered) continue
      if (unanswered.max >= overdueMs(patienceMs(endMs), all.request(request.method, request.name)))
        this.#givenUpSinceMs = Math.min(this.#givenUpSinceMs, endMs - unanswered.max)
    }
    this.#seconds.push({ endMs, answered })
    if (this.#seconds.length > mostSeconds) this.#seconds.shift()
    this.#users = Math.max(this.#users, userCount)
    this.#openModel ||= arrivals !== undefined
  }

  /** What of `stats` is overdue, against what was answered meanwhile. */
  unanswered(stats: Aggregate, all: Aggregate, elapsedMs: number): Unanswered {
    const name = this.#name
    const groups = stats.requests().filter((group) => name === undefined || matches(name, group))
    const { overdue, oldestMs } = overdueOf(groups, all, elapsedMs)
    const nowMs = this.#seconds.at(-1)?.endMs ?? 0
    const sinceMs = Math.min(this.#givenUpSinceMs, nowMs - oldestMs)
    let answered = 0
    for (let i = this.#seconds.length - 1; i >= 0; i--) {
      const { endMs, answered: here } = this.#seconds[i] as Second
      if (endMs - 1_000 < sinceMs) break // of a second that it was sent in, most were answered before
      answered += here
    }
    return { overdue, oldestMs, answered, users: this.#openModel || this.#users === 0 ? undefined : this.#users }
  }
}
