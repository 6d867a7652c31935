/** Something that waits for its answer. */
export interface Waiter {
  readonly method: string
  readonly name: string
  /** `performance.now()` ms. */
  readonly startedAt: number
}

/** Called for each request that waits; `startedAt` as in `Waiter`. */
export type WaitingVisitor = (method: string, name: string, startedAt: number) => void

/** What is under way. Looked through once a second; adding and removing are what must be cheap. */
export class UnderWay {
  readonly #waiters = new Set<Waiter>()

  begin(waiter: Waiter): void {
    this.#waiters.add(waiter)
  }

  /** It is over. False where nobody waited for it any more: it has been counted as given up. */
  end(waiter: Waiter): boolean {
    return this.#waiters.delete(waiter)
  }

  each(visit: WaitingVisitor): void {
    for (const { method, name, startedAt } of this.#waiters) visit(method, name, startedAt)
  }

  /** The end: nobody waits any more for what is still under way. */
  giveUp(visit: WaitingVisitor): void {
    this.each(visit)
    this.#waiters.clear()
  }
}
