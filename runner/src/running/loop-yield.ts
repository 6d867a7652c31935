const unbrokenMs = 5

/**
 * Keeps users whose tasks never really wait from starving timers and sockets. Promise jobs run to exhaustion before the event
 * loop turns, so a user asks here after each iteration, and is made to wait a turn when the loop has not turned for 5 ms. Users
 * that wait come back a few at a time, for no turn to take long.
 */
export class Breather {
  #nextCheck = 0
  #turnPending = false
  readonly #queue: (() => void)[] = []
  #head = 0
  #turnStart = 0

  /** What to await before going on; undefined, nearly always, for nothing. */
  check(now: number): Promise<void> | undefined {
    if (now < this.#nextCheck) return undefined
    if (this.#turnPending) return new Promise((resolve) => this.#queue.push(resolve))
    this.#nextCheck = now + unbrokenMs
    this.#turnPending = true
    setImmediate(this.#turn)
    return undefined
  }

  readonly #turn = (): void => {
    this.#turnStart = performance.now()
    this.#release()
  }

  readonly #release = (): void => {
    const next = this.#queue[this.#head]
    if (next === undefined) {
      this.#queue.length = 0
      this.#head = 0
      this.#turnPending = false
      this.#nextCheck = performance.now() + unbrokenMs
      return
    }
    if (performance.now() - this.#turnStart > unbrokenMs) {
      if (this.#head > this.#queue.length / 2) this.#head -= this.#queue.splice(0, this.#head).length
      setImmediate(this.#turn)
      return
    }
    this.#head++
    next()
    queueMicrotask(this.#release) // after what the released user does at once
  }
}
