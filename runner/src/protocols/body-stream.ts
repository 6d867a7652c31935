/** Who a streamed body comes from. */
export interface BodySource {
  pauseBody(): void
  resumeBody(): void
  /** Nobody reads on. */
  abandonBody(): void
}

/** What may wait to be read before the target is made to wait. */
const maxWaitingBytes = 256 * 1024

/** A response's body as it arrives, as received. It is read once, by one reader. */
export class BodyStream implements AsyncIterableIterator<Buffer, undefined> {
  readonly #source: BodySource
  #pieces: Buffer[] = []
  #bytes = 0
  #waiting: (() => void)[] = []
  #over = false
  #error: Error | undefined
  #taken = false
  #paused = false

  constructor(source: BodySource) {
    this.#source = source
  }

  /** The target waits for whoever should read. */
  get paused(): boolean {
    return this.#paused
  }

  /** Somebody waits for what comes next. */
  get awaited(): boolean {
    return this.#waiting.length > 0
  }

  push(piece: Buffer): void {
    if (this.#over) return
    this.#pieces.push(piece)
    this.#bytes += piece.length
    this.#wake()
    if (this.#bytes <= maxWaitingBytes || this.#paused) return
    this.#paused = true
    this.#source.pauseBody()
  }

  /** Nothing more comes; what came can still be read, and then the error. */
  end(error?: Error): void {
    if (this.#over) return
    this.#over = true
    this.#error = error
    this.#wake()
  }

  [Symbol.asyncIterator](): this {
    if (this.#taken) throw new TypeError('you can read the body of a streamed response only once')
    this.#taken = true
    return this
  }

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece) {
        this.#bytes -= piece.length
        if (this.#paused && this.#bytes === 0) {
          this.#paused = false
          this.#source.resumeBody()
        }
        return { done: false, value: piece }
      }
      if (this.#over) {
        if (this.#error) throw this.#error
        return { done: true, value: undefined }
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** `break` out of the loop. */
  async return(): Promise<IteratorResult<Buffer, undefined>> {
    this.#pieces = []
    this.#bytes = 0
    this.#error = undefined
    if (!this.#over) this.#source.abandonBody()
    this.end()
    return { done: true, value: undefined }
  }

  #wake(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
