import { Inbox } from './inbox.ts'
import type { Link } from './link.ts'

/** Two ends of one link in this process: what a local run uses, and what master and worker are tested with. */
export function memoryLink<A, B>(): [Link<A, B>, Link<B, A>] {
  const [toLeft, toRight] = [new Inbox<B>(), new Inbox<A>()]
  return [new MemoryEnd(toRight, toLeft), new MemoryEnd(toLeft, toRight)]
}

/** Nothing happens in the caller's own stack: on a wire it would not either, and both sides stay free of re-entrance. */
class MemoryEnd<Out, In> implements Link<Out, In> {
  readonly #others: Inbox<Out>
  readonly #own: Inbox<In>
  #closed = false

  constructor(others: Inbox<Out>, own: Inbox<In>) {
    this.#others = others
    this.#own = own
  }

  send(message: Out): void {
    if (!this.#closed && !this.#own.isClosed) queueMicrotask(() => this.#others.take(message))
  }

  receive(handler: (message: In) => void): void {
    queueMicrotask(() => this.#own.receive(handler))
  }

  closed(handler: (reason: string) => void): void {
    this.#own.closed(handler)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    // behind the messages that were sent before it
    queueMicrotask(() => this.#others.close('closed by the other side'))
  }
}
