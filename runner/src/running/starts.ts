/** So long `onStart` may take without a request, whatever the run's length; less than that in a run of a few seconds. */
const patienceMs = 3_000
/** Of the run so far. */
const patientShare = 0.5
/** Who takes longer than the slowest that came to its tasks may be only a little slower. */
const slackFactor = 1.5

/** What is to be known of a user in `onStart`. */
export interface Starting {
  /** How many requests it has begun: who makes some does something, if only there. */
  readonly requests: number
  /** It waits for an answer: that is the target's fault, and judged as such. */
  readonly isWaiting: boolean
}

interface Start {
  readonly beganAt: number
  /** Since when it has made no request, as far as that was seen. */
  idleSince: number
  requests: number
}

/**
 * Users on their way to their first task. One that stays in `onStart` and makes no request is there and does nothing: it was not delivered.
 * How long `onStart` may take is said by those that came out of it, so that a slow one is no fault; where none ever did, the run did nothing.
 */
export class Starts<T extends Starting = Starting> {
  readonly #starts = new Map<T, Start>()
  readonly #now: () => number
  #slowestMs: number | undefined
  /** Of users that were told to leave while they were overdue. */
  #lostMs = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  begin(user: T): void {
    const now = this.#now()
    this.#starts.set(user, { beganAt: now, idleSince: now, requests: user.requests })
  }

  /** Its `onStart` is over: it has come to its tasks, or never will. */
  end(user: T, reached: boolean): void {
    const start = this.#starts.get(user)
    this.#starts.delete(user)
    if (start && reached) this.#slowestMs = Math.max(this.#slowestMs ?? 0, this.#now() - start.beganAt)
  }

  /** It is told to leave, whether it has come to its tasks or not. */
  leave(user: T): void {
    const start = this.#starts.get(user)
    this.#starts.delete(user)
    const idleMs = start ? this.#idleMs(user, start) : 0
    if (idleMs >= this.#limitMs(Number.POSITIVE_INFINITY)) this.#lostMs += idleMs
  }

  /**
   * How many are overdue `elapsedMs` into the run, and how long they and those that left so have done nothing, all together. To be called once
   * a second or so, since it sees who has made requests in between.
   */
  overdue(elapsedMs: number): { users: number; userMs: number } {
    const limitMs = this.#limitMs(elapsedMs)
    let users = 0
    let userMs = this.#lostMs
    for (const [user, start] of this.#starts) {
      const idleMs = this.#idleMs(user, start)
      const mayTakeMs = this.#slowestMs === undefined && start.requests === 0 ? 1 : limitMs
      if (idleMs < mayTakeMs) continue
      users++
      userMs += idleMs
    }
    return { users, userMs }
  }

  #idleMs(user: T, start: Start): number {
    const now = this.#now()
    if (user.isWaiting || user.requests !== start.requests) start.idleSince = now
    start.requests = user.requests
    return now - start.idleSince
  }

  #limitMs(elapsedMs: number): number {
    return Math.max(Math.min(patienceMs, elapsedMs * patientShare), (this.#slowestMs ?? 0) * slackFactor)
  }
}
