/** Beyond what the way takes, an order is answered at once. One that was not has been lost on the way: Locust's wire knows no acknowledgements. */
const unansweredMs = 2_000

/**
 * What a Locust worker was told to do last, which is sent again as long as the worker does not answer. Older orders are not: a newer one
 * says all.
 */
export class NewestOrder {
  readonly #transmit: (bytes: Uint8Array) => void
  readonly #now: () => number
  readonly #patienceMs: number
  #bytes: Uint8Array | undefined
  /** Of those that were sent: each has an answer of its own, which does not say whose it is. */
  #unanswered = 0
  #sentAt = 0

  constructor(transmit: (bytes: Uint8Array) => void, now: () => number, roundTripMs = 0) {
    this.#patienceMs = unansweredMs + roundTripMs
    this.#transmit = transmit
    this.#now = now
  }

  /** One more of its kind: those before it are answered as well. */
  give(bytes: Uint8Array): void {
    this.#send(bytes, this.#unanswered + 1)
  }

  /** One of another kind: what is answered from now on is this one. */
  giveInstead(bytes: Uint8Array): void {
    this.#send(bytes, 1)
  }

  answered(): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1)
  }

  /** Sends it again where it has waited for long. */
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
