import { RowFile } from './row-file.ts'
import type { FeedSpec, RowSource } from './row-source.ts'

/** The rows of a large file in their order, read as they are asked for. */
export class StreamedRows implements RowSource {
  readonly #file: RowFile
  readonly #recycles: boolean
  #read: unknown[] = []
  #at = 0

  constructor(spec: FeedSpec) {
    this.#file = new RowFile(spec)
    this.#recycles = spec.onEnd === 'recycle'
  }

  async lease(count: number): Promise<unknown[]> {
    if (this.#at === this.#read.length) {
      this.#at = 0
      this.#read = await this.#readMore()
    }
    const leased = this.#read.slice(this.#at, this.#at + count)
    this.#at += leased.length
    return leased
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #readMore(): Promise<unknown[]> {
    let rows = await this.#file.read()
    if (rows.length === 0 && this.#recycles) {
      this.#file.rewind()
      rows = await this.#file.read()
    }
    return rows.map(({ row }) => row)
  }
}
