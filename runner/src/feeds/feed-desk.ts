import { feedError } from './feed-error.ts'
import { feedKey, shownIn } from './feed-key.ts'
import { openLocalRows } from './local-rows.ts'
import type { FeedSpec, RowSource } from './row-source.ts'
import { SharedRows } from './shared-rows.ts'

/** The master's feeds: whoever asks, here or on a worker, gets rows that nobody else was given. */
export class FeedDesk {
  readonly #pools = new Map<string, SharedRows>()

  /**
   * Opens a feed of the master's load file, whose mistakes show at once or when it is prepared. What it returns is for the master's own users of
   * it, and not read ahead: rows nobody there asked for are the workers'. Declared again it is the same rows.
   *
   * @throws KatydidError FEED
   */
  openRows(spec: FeedSpec): RowSource {
    const key = feedKey(spec)
    const pool = this.#pools.get(key) ?? new SharedRows(openLocalRows(spec))
    this.#pools.set(key, pool)
    return {
      readAhead: 'never',
      get given() {
        return pool.given
      },
      lease: (count) => pool.lease(count),
      prepare: () => pool.prepare(),
      close: async () => {}, // the workers' as well
    }
  }

  /**
   * The next rows of a feed (by its key), fewer than asked for perhaps; none when they are used up.
   *
   * @throws KatydidError FEED where the master has no such feed, or cannot read it
   */
  async lease(feed: string, count: number): Promise<readonly unknown[]> {
    const pool = this.#pools.get(feed)
    if (pool) return pool.lease(count)
    const has = [...this.#pools.keys()].map(shownIn)
    throw feedError(
      shownIn(feed),
      undefined,
      'is not declared in the load file of the master',
      `use the same load file on master and workers, and declare feeds at its top level. The master has ${has.join(', ') || 'no feeds'}`,
    )
  }

  /** How many rows of a feed (by its key) were leased so far, to all together. */
  given(feed: string): number | undefined {
    return this.#pools.get(feed)?.given
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map((pool) => pool.close()))
  }
}
