/** So many questions may be open. If there are more, the oldest is taken to be lost. */
const mostAsked = 200
/** How fast the value falls after a slow answer: slowly, since the next may be slow again. */
const fall = 1 / 16

/** How long a question and its answer take, from timestamps that the other side sends back. */
export class RoundTrip {
  /** When each question was sent, by its id, in the order they were sent. */
  readonly #asked = new Map<number, number>()
  #ms = 0

  /** Rises at once with a slow answer and falls slowly. 0 until there is an answer. */
  get ms(): number {
    return this.#ms
  }

  /** Sets a value from elsewhere, until there is an answer. */
  suppose(ms: number): void {
    this.#ms = Math.max(this.#ms, ms)
  }

  asked(id: number, now: number): void {
    this.#asked.set(id, now)
    if (this.#asked.size > mostAsked) this.#asked.delete(this.#asked.keys().next().value as number)
  }

  /** When the question that this answers was sent. Undefined if it answers none, or one that is older than the last one answered. */
  answered(id: unknown, now: number): number | undefined {
    if (typeof id !== 'number') return undefined
    const askedAt = this.#asked.get(id)
    if (askedAt === undefined) return undefined
    // answers come in order, so older questions have lost theirs
    for (const older of this.#asked.keys()) {
      this.#asked.delete(older)
      if (older === id) break
    }
    const tookMs = now - askedAt
    this.#ms = tookMs >= this.#ms ? tookMs : this.#ms + (tookMs - this.#ms) * fall
    return askedAt
  }
}
