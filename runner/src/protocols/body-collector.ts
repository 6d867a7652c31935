/** Keeps a body up to a limit, and counts it whatever its size. What comes in is copied: engines reuse their buffers. */
export class BodyCollector {
  received = 0
  #whole: Buffer | undefined
  #parts: Buffer[] | undefined
  #filled = 0

  get kept(): Buffer | undefined {
    if (this.#whole && this.#filled < this.#whole.length) return this.#whole.subarray(0, this.#filled)
    if (this.#parts) {
      this.#whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
      this.#filled = this.#whole!.length
      this.#parts = undefined
    }
    return this.#whole
  }

  /** `length` is the body's, where the head told it; -1 otherwise. */
  add(bytes: Buffer, start: number, end: number, length: number, maxBytes: number): void {
    this.received += end - start
    if (this.received > maxBytes || length > maxBytes) {
      this.#whole = undefined
      this.#parts = undefined
      return
    }
    if (length > 0) {
      this.#whole ??= Buffer.allocUnsafe(length)
      bytes.copy(this.#whole, this.#filled, start, end)
      this.#filled += end - start
    } else (this.#parts ??= []).push(Buffer.from(bytes.subarray(start, end)))
  }
}
