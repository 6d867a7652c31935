/** So long `onStart` may take, whatever the run's length; less than that in a run of a few seconds. */
const patienceMs = 3_000
/** Of the run so far. */
const patientShare = 0.5
/** Who takes longer than the slowest that came to its tasks may be only a little slower. */
const slackFactor = 1.5

/**
 * Users on their way to their first task. One that stays in `onStart` is there and does nothing: it was not delivered. How long `onStart`
 * may take is said by those that came out of it, so that a slow login is no fault; where none ever did, the run did nothing.
 */
export class Starts<T> {
  readonly #since = new Map<T, number>()
  /** Whether it waits for an answer: that is the target's fault, and judged as such. */
  readonly #isWaiting: (user: T) => boolean
  readonly #now: () => number
  #slowestMs: number | undefined
  /** Of users that were told to leave while they were overdue. */
  #lostMs = 0

  constructor(isWaiting: (user: T) => boolean, now: () => number = () => performance.now()) {
    this.#isWaiting = isWaiting
    this.#now = now
  }

  begin(user: T): void {
    this.#since.set(user, this.#now())
  }

  /** Its `onStart` is over: it has come to its tasks, or never will. */
  end(user: T, reached: boolean): void {
    const tookMs = this.#take(user)
    if (tookMs !== undefined && reached) this.#slowestMs = Math.max(this.#slowestMs ?? 0, tookMs)
  }

  /** It is told to leave, whether it has come to its tasks or not. */
  leave(user: T): void {
    const isWaiting = this.#isWaiting(user)
    const tookMs = this.#take(user)
    if (tookMs !== undefined && !isWaiting && tookMs >= this.#limitMs(Number.POSITIVE_INFINITY)) this.#lostMs += tookMs
  }

  /** How many are overdue `elapsedMs` into the run, and how long they and those that left so have been there, all together. */
  overdue(elapsedMs: number): { users: number; userMs: number } {
    const limitMs = this.#slowestMs === undefined ? 0 : this.#limitMs(elapsedMs)
    const now = this.#now()
    let users = 0
    let userMs = this.#lostMs
    for (const [user, since] of this.#since) {
      if (now - since < limitMs || this.#isWaiting(user)) continue
      users++
      userMs += now - since
    }
    return { users, userMs }
  }

  #take(user: T): number | undefined {
    const since = this.#since.get(user)
    this.#since.delete(user)
    return since === undefined ? undefined : this.#now() - since
  }

  #limitMs(elapsedMs: number): number {
    return Math.max(Math.min(patienceMs, elapsedMs * patientShare), (this.#slowestMs ?? 0) * slackFactor)
  }
}
