import type { RowSource } from './row-source.ts'

const mostRows = 1_024

/** Rows that many sides take from: one lease after the other, and a source that has failed once has failed for all. */
export class SharedRows {
  readonly #rows: RowSource
  /** Read before anybody asked. */
  #ahead: readonly unknown[] = []
  #last: Promise<unknown> = Promise.resolve()
  #given = 0

  constructor(rows: RowSource) {
    this.#rows = rows
  }

  /** How many rows were leased so far. */
  get given(): number {
    return this.#given
  }

  /** Reads the first rows, so that mistakes show and nobody need wait; they go to whoever asks first. */
  prepare(): Promise<void> {
    return this.#next(async () => {
      if (this.#ahead.length === 0) this.#ahead = await this.#rows.lease(mostRows)
    })
  }

  lease(count: number): Promise<readonly unknown[]> {
    const most = count >= 1 ? Math.min(Math.floor(count), mostRows) : 1
    return this.#next(async () => {
      const rows = this.#ahead.length === 0 ? await this.#rows.lease(most) : this.#ahead.slice(0, most)
      this.#ahead = this.#ahead.slice(most)
      this.#given += rows.length
      return rows
    })
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {})
    await this.#rows.close()
  }

  #next<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(step)
    this.#last = result
    return result
  }
}
