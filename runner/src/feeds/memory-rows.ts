import { Permutation } from './permutation.ts'
import type { FeedSpec, RowSource } from './row-source.ts'

/** The rows of a small file, all of them in memory; frozen, since the same ones are handed out again. */
export class MemoryRows implements RowSource {
  readonly #rows: readonly unknown[]
  readonly #isRandom: boolean
  readonly #recycles: boolean
  #order: Permutation | undefined
  #at = 0

  constructor(rows: readonly unknown[], { mode, onEnd }: Pick<FeedSpec, 'mode' | 'onEnd'>) {
    this.#rows = rows.map((row) => Object.freeze(row))
    this.#isRandom = mode === 'random'
    this.#recycles = onEnd === 'recycle'
    this.#shuffle()
  }

  async lease(count: number): Promise<unknown[]> {
    const leased: unknown[] = []
    while (leased.length < count) {
      if (this.#at === this.#rows.length) {
        if (!this.#recycles || this.#rows.length === 0) break
        this.#at = 0
        this.#shuffle()
      }
      const index = this.#order ? this.#order.at(this.#at) : this.#at
      leased.push(this.#rows[index])
      this.#at++
    }
    return leased
  }

  async close(): Promise<void> {}

  #shuffle(): void {
    if (this.#isRandom) this.#order = new Permutation(this.#rows.length)
  }
}
