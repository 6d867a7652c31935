const firstBytes = 4 * 1024

/**
 * Keeps a body up to a limit, and counts it whatever its size. What comes in is copied, since engines reuse their buffers: into one
 * buffer, since a body in a million chunks must not become a million objects.
 */
export class BodyCollector {
  received = 0
  #bytes: Buffer | undefined
  #filled = 0

  get kept(): Buffer | undefined {
    const bytes = this.#bytes
    return bytes && this.#filled < bytes.length ? bytes.subarray(0, this.#filled) : bytes
  }

  /** `length` is the body's, where the head told it; -1 otherwise. */
  add(bytes: Buffer, start: number, end: number, length: number, maxBytes: number): void {
    this.received += end - start
    if (this.received > maxBytes || length > maxBytes) {
      this.#bytes = undefined
      return
    }
    const filled = this.#filled + end - start
    let into = this.#bytes
    if (!into) this.#bytes = into = Buffer.allocUnsafe(length > 0 ? Math.max(length, filled) : filled)
    else if (filled > into.length) {
      const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(filled, 2 * into.length, firstBytes)))
      into.copy(larger, 0, 0, this.#filled)
      this.#bytes = into = larger
    }
    bytes.copy(into, this.#filled, start, end)
    this.#filled = filled
  }
}
