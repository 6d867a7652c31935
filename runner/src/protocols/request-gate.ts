/** What waits for its turn. */
export interface Gated {
  /** Its turn has come, after so long a wait; called at most once for each `enter`. */
  pass(waitedMs: number): void
}

/** Above this many a second timers are too coarse for single requests: some may go a little early, and all go a little slower. */
const finestPerSecond = 100
const slackMs = 10

/**
 * A hard limit on how many requests a process sends: evenly spaced, never more in any second than stated. Who comes too early waits, in order.
 * The generic cell rate algorithm (ITU-T I.371): interval 1/rate, and with a slack the interval is stretched so that the limit still holds.
 */
export class RequestGate {
  readonly #now: () => number
  readonly #onHeld: () => void
  readonly #waiting = new Map<Gated, number>()
  #intervalMs: number
  #slackMs = 0
  /** When the last one was due to go. */
  #lastAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #held = false

  /** `onHeld` is called once, when the first request has to wait. */
  constructor(perSecond: number, now: () => number, onHeld: () => void = () => {}) {
    this.#now = now
    this.#onHeld = onHeld
    this.#intervalMs = 0
    this.limit(perSecond)
  }

  /** From now on so many a second. */
  limit(perSecond: number): void {
    this.#slackMs = perSecond > finestPerSecond ? slackMs : 0
    this.#intervalMs = (1_000 + this.#slackMs) / perSecond
    if (this.#waiting.size > 0) this.#arm()
  }

  enter(request: Gated): void {
    const now = this.#now()
    if (this.#waiting.size === 0 && this.#dueAt <= now) {
      this.#take(now)
      request.pass(0)
      return
    }
    this.#waiting.set(request, now)
    if (this.#timer === undefined) this.#arm()
    if (this.#held) return
    this.#held = true
    this.#onHeld()
  }

  /** It is given up. False where it was not waiting. */
  leave(request: Gated): boolean {
    return this.#waiting.delete(request)
  }

  /** It waits for its turn: the target knows nothing of it. */
  holds(request: Gated): boolean {
    return this.#waiting.has(request)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waiting.clear()
  }

  get #dueAt(): number {
    return this.#lastAt + this.#intervalMs
  }

  #take(now: number): void {
    this.#lastAt = Math.max(this.#dueAt, now - this.#slackMs)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#release(), Math.max(1, Math.ceil(this.#dueAt - this.#now())))
  }

  #release(): void {
    this.#timer = undefined
    for (const [request, since] of this.#waiting) {
      const now = this.#now()
      if (this.#dueAt > now) break
      this.#waiting.delete(request)
      this.#take(now)
      request.pass(now - since)
    }
    if (this.#waiting.size > 0) this.#arm()
  }
}
