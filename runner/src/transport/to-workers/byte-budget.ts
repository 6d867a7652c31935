/** What was kept back while a way was down comes all at once. */
const burstBytes = 64 * 1024 * 1024
/** A report of 10,000 names is some 2 MB. */
const bytesPerSecond = 16 * 1024 * 1024

/** How much one peer may send: more than any worker does, so that what is made of it is bounded. */
export class ByteBudget {
  #left = burstBytes
  #at: number

  constructor(now: number) {
    this.#at = now
  }

  /** False where it is too much; then it is to be dropped unread. */
  take(bytes: number, now: number): boolean {
    this.#left = Math.min(burstBytes, this.#left + ((now - this.#at) / 1_000) * bytesPerSecond)
    this.#at = now
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }
}
