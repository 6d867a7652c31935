import { feedError } from './feed-error.ts'
import { Permutation } from './permutation.ts'
import { RowFile } from './row-file.ts'
import { RowIndex } from './row-index.ts'
import type { FeedSpec, RowSource } from './row-source.ts'

/**
 * The rows of a large file in random order. The first use reads the file once, checks every row and notes where some of them
 * begin; after that each row costs one read of a few neighbours.
 */
export class ShuffledRows implements RowSource {
  readonly #spec: FeedSpec
  readonly #file: RowFile
  readonly #recycles: boolean
  #index: RowIndex | undefined
  #order = new Permutation(0)
  #at = 0

  constructor(spec: FeedSpec) {
    this.#spec = spec
    this.#file = new RowFile(spec)
    this.#recycles = spec.onEnd === 'recycle'
  }

  async lease(count: number): Promise<unknown[]> {
    const index = (this.#index ??= await this.#readIndex())
    if (this.#at === index.rows && this.#recycles) this.#startOver(index.rows)
    const leased = Math.min(count, index.rows - this.#at)
    const numbers = Array.from({ length: leased }, (_, offset) => this.#order.at(this.#at + offset))
    this.#at += leased
    return Promise.all(numbers.map((number) => this.#row(index, number)))
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #row(index: RowIndex, number: number): Promise<unknown> {
    const { from, to, skip } = index.blockOf(number)
    const rows = await this.#file.readBetween(from, to)
    if (skip < rows.length) return rows[skip]
    throw feedError(this.#spec.shown, undefined, 'was changed while the run read it')
  }

  async #readIndex(): Promise<RowIndex> {
    const index = new RowIndex()
    for (let rows = await this.#file.read(); rows.length > 0; rows = await this.#file.read())
      for (const { offset } of rows) index.add(offset)
    index.end(this.#file.offset)
    this.#startOver(index.rows)
    return index
  }

  #startOver(rows: number): void {
    this.#order = new Permutation(rows)
    this.#at = 0
  }
}
