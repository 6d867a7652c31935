/** Questions that may be under way: more of them, and the oldest has no answer. */
const mostAsked = 200
/** After a slow answer a faster one says little: the next may be slow again. */
const fall = 1 / 16

/** How long a question and its answer take on a way, from moments that the other side sends back. */
export class RoundTrip {
  /** By what identifies the question: when it was sent. In the order they were asked. */
  readonly #asked = new Map<number, number>()
  #ms = 0

  /** Rises with one slow answer, and falls slowly. 0 until there is one. */
  get ms(): number {
    return this.#ms
  }

  /** From elsewhere, until there is an answer. */
  suppose(ms: number): void {
    this.#ms = Math.max(this.#ms, ms)
  }

  asked(id: number, now: number): void {
    this.#asked.set(id, now)
    if (this.#asked.size > mostAsked) this.#asked.delete(this.#asked.keys().next().value as number)
  }

  /** When the question was sent that this answers; undefined where it answers none, or one older than another that was answered. */
  answered(id: unknown, now: number): number | undefined {
    if (typeof id !== 'number') return undefined
    const askedAt = this.#asked.get(id)
    if (askedAt === undefined) return undefined
    // answers come in order: those before it are lost
    for (const older of this.#asked.keys()) {
      this.#asked.delete(older)
      if (older === id) break
    }
    const tookMs = now - askedAt
    this.#ms = tookMs >= this.#ms ? tookMs : this.#ms + (tookMs - this.#ms) * fall
    return askedAt
  }
}
