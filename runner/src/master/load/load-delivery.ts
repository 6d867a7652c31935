import type { RunDelivery } from '../../verdict/criterion.ts'

/** What a worker ran in a stretch of a run, as it reports it. */
export interface RanStretch {
  fromMs: number
  durationMs: number
  /** How many users ran at its end. */
  users: number
  /** How many ran at the end of the stretch before. Users that leave in the first second were there for a part of it. */
  usersBefore?: number
  /** Users that ended on purpose while they were still asked for. */
  left?: number
  /** How long the worker stood still in it. More than `durationMs` if its machine was asleep. */
  stoppedMs?: number
  /** How long the worker stood still in pauses of less than a second. */
  pausedMs?: number
}

interface Unreached {
  userSeconds: number
  arrivals?: number
  /** Why the load ended early. Left out: every user had ended. */
  why?: string | undefined
}

interface Second {
  dueUserMs: number
  ranUserMs: number
  leftUserMs: number
}

/** A user may start so much later than asked: a worker starts users one after another. */
const slackMs = 1_000
/** Reports that come later than this do not count. */
const openSeconds = 3_600

/**
 * Compares the users that were asked for with those that workers report, second by second. Too many users in one second do not make up
 * for too few in another.
 */
export class LoadDelivery {
  readonly #endless: boolean
  readonly #seconds = new Map<number, Second>()
  /** What was asked for since when: the level of `slackMs` ago and all later ones. */
  #levels: { atMs: number; users: number }[] = [{ atMs: Number.NEGATIVE_INFINITY, users: 0 }]
  /** Until when time was counted. */
  #atMs = 0
  #slackMs = slackMs
  /** In the current second: user-ms that were asked for long enough ago. */
  #dueUserMs = 0
  #askedUserMs = 0
  #undeliveredUserMs = 0
  #stoppedUserMs = 0
  #workerMs = 0
  #stoppedMs = 0
  #pausedMs = 0
  #leftUserMs = 0
  #unreachedUserMs = 0
  #unbegunUserMs = 0
  #unreachedArrivals = 0
  #unreachedWhy: string | undefined
  #closedSeconds = 0

  /** `endless`: the load has no end of its own, so users that end on purpose have done their work. */
  constructor({ endless = false } = {}) {
    this.#endless = endless
  }

  /** So many users are asked for from this moment on. Moments must not go back. `wayMs`: how long an order and its answer take. */
  ask(atMs: number, users: number, wayMs = 0): void {
    this.#slackMs = slackMs + wayMs
    this.#advance(atMs)
    if (this.#levels.at(-1)?.users !== users) this.#levels.push({ atMs, users })
  }

  /** The load is over. */
  end(atMs: number): void {
    this.#advance(atMs)
    this.#close(atMs)
    this.#levels = [{ atMs, users: 0 }]
  }

  /** What the load would still have asked for if it had not ended early. */
  unreached({ userSeconds, arrivals = 0, why }: Unreached): void {
    this.#unreachedArrivals += arrivals
    this.#unreachedWhy ??= why
    this.#askedUserMs += userSeconds * 1_000
    this.#undeliveredUserMs += userSeconds * 1_000
    this.#unreachedUserMs += userSeconds * 1_000
  }

  /** User-seconds of users that never came out of `onStart`: they existed and did nothing. */
  unbegun(userSeconds: number): void {
    this.#unbegunUserMs = userSeconds * 1_000
  }

  ran({ fromMs, durationMs, users, usersBefore = 0, left = 0, stoppedMs = 0, pausedMs = 0 }: RanStretch): void {
    this.#stoppedUserMs += users * stoppedMs
    this.#workerMs += Math.max(durationMs, stoppedMs)
    this.#stoppedMs += stoppedMs
    this.#pausedMs += pausedMs
    // while the machine was asleep, the run's clock stood still too
    const asleepUserMs = users * Math.max(0, stoppedMs - durationMs)
    this.#askedUserMs += asleepUserMs
    this.#undeliveredUserMs += asleepUserMs
    const untilMs = fromMs + Math.max(0, durationMs - stoppedMs)
    for (let atMs = fromMs; atMs < untilMs; ) {
      const second = Math.floor(atMs / 1_000)
      const nextMs = Math.min(untilMs, (second + 1) * 1_000)
      if (second >= this.#closedSeconds) {
        const open = this.#open(second)
        open.ranUserMs += (atMs === fromMs ? Math.max(usersBefore, users) : users) * (nextMs - atMs)
        open.leftUserMs += left * (nextMs - atMs)
      }
      atMs = nextMs
    }
  }

  report(): RunDelivery {
    let undelivered = this.#undeliveredUserMs + this.#unbegunUserMs
    let left = this.#leftUserMs
    for (const second of this.#seconds.values()) {
      const missing = this.#missing(second)
      undelivered += missing
      left += Math.min(missing, second.leftUserMs)
    }
    const seconds = (userMs: number) => Math.round(userMs) / 1_000
    return {
      askedUserSeconds: seconds(this.#askedUserMs),
      undeliveredUserSeconds: seconds(Math.min(undelivered, this.#askedUserMs)),
      stoppedUserSeconds: seconds(this.#stoppedUserMs),
      leftUserSeconds: seconds(left),
      unreachedUserSeconds: seconds(this.#unreachedUserMs),
      unbegunUserSeconds: seconds(this.#unbegunUserMs),
      unreachedArrivals: this.#unreachedArrivals,
      ...(this.#unreachedWhy === undefined ? {} : { unreachedWhy: this.#unreachedWhy }),
      workerSeconds: seconds(this.#workerMs),
      stoppedSeconds: seconds(this.#stoppedMs),
      pausedSeconds: seconds(this.#pausedMs),
    }
  }

  #open(second: number): Second {
    let open = this.#seconds.get(second)
    if (!open) this.#seconds.set(second, (open = { dueUserMs: 0, ranUserMs: 0, leftUserMs: 0 }))
    return open
  }

  #missing({ dueUserMs, ranUserMs, leftUserMs }: Second): number {
    return Math.max(0, dueUserMs - ranUserMs - (this.#endless ? leftUserMs : 0))
  }

  #advance(untilMs: number): void {
    while (this.#atMs < untilMs) {
      const secondEnds = (Math.floor(this.#atMs / 1_000) + 1) * 1_000
      this.#pass(Math.min(secondEnds, untilMs))
      if (this.#atMs === secondEnds) this.#close(secondEnds)
    }
  }

  /** Advances within a second, in steps in which the levels stay the same. */
  #pass(untilMs: number): void {
    while (this.#atMs < untilMs) {
      // the oldest level is as far back as a user may be late
      const oldestEndsMs = (this.#levels[1]?.atMs ?? Number.POSITIVE_INFINITY) + this.#slackMs
      const ms = Math.max(0, Math.min(untilMs, oldestEndsMs) - this.#atMs)
      const asked = this.#levels.at(-1)?.users ?? 0
      this.#askedUserMs += asked * ms
      this.#dueUserMs += this.#levels.reduce((least, { users }) => Math.min(least, users), asked) * ms
      this.#atMs += ms
      if (this.#atMs >= oldestEndsMs) this.#levels.shift()
    }
  }

  /** A second is over. */
  #close(endMs: number): void {
    const second = Math.ceil(endMs / 1_000) - 1
    if (this.#dueUserMs > 0) this.#open(second).dueUserMs = this.#dueUserMs
    this.#dueUserMs = 0
    for (; this.#closedSeconds < second - openSeconds; this.#closedSeconds++) {
      const open = this.#seconds.get(this.#closedSeconds)
      if (!open) continue
      const missing = this.#missing(open)
      this.#undeliveredUserMs += missing
      this.#leftUserMs += Math.min(missing, open.leftUserMs)
      this.#seconds.delete(this.#closedSeconds)
    }
  }
}
