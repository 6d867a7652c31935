import type { Output } from './output.ts'

type Call = () => void | Promise<void>

export interface QueueOptions {
  /** Calls that may wait; beyond them the oldest that may be dropped is. */
  limit: number
  onError(error: unknown): void
  onDrop(): void
}

/**
 * One output's calls, one after another. Whoever pushes never waits: what an output is not ready for is kept, up to a limit.
 * An output that is idle is called at once, so that it sees the run as it is.
 */
export class OutputQueue {
  readonly output: Output
  /** Calls that were dropped. */
  dropped = 0
  readonly #options: QueueOptions
  #waiting: { call: Call; droppable: boolean }[] = []
  #busy = false

  constructor(output: Output, options: QueueOptions) {
    this.output = output
    this.#options = options
  }

  push(call: Call, droppable: boolean): void {
    this.#waiting.push({ call, droppable })
    this.#pump()
    if (this.#waiting.length <= this.#options.limit) return
    const oldest = this.#waiting.findIndex((item) => item.droppable)
    if (oldest < 0) return
    this.#waiting.splice(oldest, 1)
    if (this.dropped++ === 0) this.#options.onDrop()
  }

  /** Forgets what may be dropped, and makes the rest its due even though an earlier call has not returned. */
  hurry(): void {
    const kept = this.#waiting.filter((item) => !item.droppable)
    this.dropped += this.#waiting.length - kept.length
    this.#waiting = kept
    this.#busy = false
    this.#pump()
  }

  #pump(): void {
    while (!this.#busy) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#busy = true
      try {
        const result = next.call()
        if (result instanceof Promise) {
          void result.catch((error) => this.#options.onError(error)).then(() => this.#resume())
          return
        }
      } catch (error) {
        this.#options.onError(error)
      }
      this.#busy = false
    }
  }

  #resume(): void {
    this.#busy = false
    this.#pump()
  }
}
