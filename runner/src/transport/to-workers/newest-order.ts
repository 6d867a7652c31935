/** An order is answered within the round trip. If it takes so much longer, it was lost: Locust's protocol has no acknowledgements. */
const unansweredMs = 2_000

/**
 * The newest order to a Locust worker. It is sent again until the worker answers. Older orders are not repeated, since the newest says
 * everything.
 */
export class NewestOrder {
  readonly #transmit: (bytes: Uint8Array) => void
  readonly #now: () => number
  readonly #patienceMs: number
  #bytes: Uint8Array | undefined
  /** How many orders were not answered. Each gets an answer, which does not say which order it answers. */
  #unanswered = 0
  #sentAt = 0

  constructor(transmit: (bytes: Uint8Array) => void, now: () => number, roundTripMs = 0) {
    this.#patienceMs = unansweredMs + roundTripMs
    this.#transmit = transmit
    this.#now = now
  }

  /** Sends one more order of the same kind. The ones before get answers too. */
  give(bytes: Uint8Array): void {
    this.#send(bytes, this.#unanswered + 1)
  }

  /** Sends an order of another kind. Answers from now on are to this one. */
  giveInstead(bytes: Uint8Array): void {
    this.#send(bytes, 1)
  }

  answered(): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1)
  }

  /** Sends it again if it was not answered for long. */
  retry(): void {
    if (!this.#bytes || this.#unanswered === 0 || this.#now() - this.#sentAt < this.#patienceMs) return
    this.#send(this.#bytes, 1)
  }

  #send(bytes: Uint8Array, unanswered: number): void {
    this.#bytes = bytes
    this.#unanswered = unanswered
    this.#sentAt = this.#now()
    this.#transmit(bytes)
  }
}
