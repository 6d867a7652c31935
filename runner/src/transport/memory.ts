import type { Link } from './link.ts'

/** Two ends of one link in this process: what a local run uses, and what master and worker are tested with. */
export function memoryLink<A, B>(): [Link<A, B>, Link<B, A>] {
  const left = new MemoryEnd<A, B>()
  const right = new MemoryEnd<B, A>()
  left.other = right
  right.other = left
  return [left, right]
}

class MemoryEnd<Out, In> implements Link<Out, In> {
  other: MemoryEnd<In, Out> | undefined
  readonly #inbox: In[] = []
  #handler: ((message: In) => void) | undefined
  #onClosed: ((reason: string) => void) | undefined
  #closed = false
  #delivering = false

  send(message: Out): void {
    if (!this.#closed) this.other?.deliver(message)
  }

  receive(handler: (message: In) => void): void {
    this.#handler = handler
    this.#pump()
  }

  closed(handler: (reason: string) => void): void {
    this.#onClosed = handler
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.other?.hangUp()
  }

  deliver(message: In): void {
    this.#inbox.push(message)
    this.#pump()
  }

  hangUp(): void {
    // behind the messages that were sent before it
    queueMicrotask(() => {
      this.#drain()
      this.#closed = true
      this.#onClosed?.('closed by the other side')
    })
  }

  /** Never in the sender's own stack: a wire would not either, and both sides stay free of re-entrance. */
  #pump(): void {
    if (this.#delivering || !this.#handler) return
    this.#delivering = true
    queueMicrotask(() => {
      this.#delivering = false
      this.#drain()
    })
  }

  #drain(): void {
    while (this.#handler && this.#inbox.length > 0) this.#handler(this.#inbox.shift() as In)
  }
}
