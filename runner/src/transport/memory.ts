import { Inbox } from './inbox.ts'
import type { Link } from './link.ts'

/** Two ends of one link in this process. A local run uses it, and so do the tests of master and worker. */
export function memoryLink<A, B>(): [Link<A, B>, Link<B, A>] {
  const [toLeft, toRight] = [new Inbox<B>(), new Inbox<A>()]
  return [new MemoryEnd(toRight, toLeft), new MemoryEnd(toLeft, toRight)]
}

/** Never calls a handler within the caller's stack. On a wire that cannot happen either, so both sides need not be re-entrant. */
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
    // after the messages that were sent before
    queueMicrotask(() => this.#others.close('closed by the other side'))
  }
}
