import { CutShort, StopTest } from '../environment/control-flow.ts'
import { currentRuntime } from '../environment/current-runtime.ts'
import { sentenceOf } from '../errors.ts'
import { formatItems } from '../stats/format.ts'
import { feedFolder, noteFeed, rowsOf } from './declared-feeds.ts'
import { type FeedOptions, feedSpec } from './feed-spec.ts'
import { Appetite } from './prefetch-policy.ts'
import type { FeedSpec, RowSource } from './row-source.ts'

export type { FeedOptions } from './feed-spec.ts'

/** Rows of a file for users. Made by `feed()`. */
export class Feed<Row extends object = Record<string, string>> {
  readonly #spec: FeedSpec
  readonly #source: RowSource<Readonly<Row>>
  readonly #appetite: Appetite
  #rows: readonly Readonly<Row>[] = []
  #at = 0
  #handedOut = 0
  #refilling: Promise<void> | undefined
  #ended = false
  #failure: unknown

  /** @internal */
  constructor(spec: FeedSpec, source: RowSource<Readonly<Row>>) {
    this.#spec = spec
    this.#source = source
    this.#appetite = new Appetite(source.readAhead)
  }

  /**
   * Returns the next row, or a promise of it if the row is not in memory yet. Use `await` in both cases. Do not change a row:
   * another user may get the same object.
   *
   *     const account = await accounts.next()
   *
   * @throws StopTest if the rows are used up and `onEnd` is `stop` or `fail`, or if the file is malformed. The run ends, even if
   * you catch the error
   */
  next(): Readonly<Row> | Promise<Readonly<Row>> {
    const left = this.#rows.length - this.#at
    if (left === 0) return this.#ended ? this.#finish() : this.#wait()
    if (!this.#ended && this.#appetite.isLow(left)) void this.#refill()
    return this.#take()
  }

  /** @internal Reads the first rows ahead of the first user, where it may. */
  async prepare(): Promise<void> {
    if ((this.#source.readAhead ?? 'always') !== 'always') return this.#source.prepare?.()
    if (this.#handedOut === 0 && this.#rows.length === 0) await this.#refill()
    if (this.#failure !== undefined) throw this.#failure
  }

  /** @internal */
  close(): Promise<void> {
    return this.#source.close()
  }

  #take(): Readonly<Row> {
    this.#handedOut++
    return this.#rows[this.#at++] as Readonly<Row>
  }

  async #wait(): Promise<Readonly<Row>> {
    this.#appetite.wait()
    try {
      // whoever waits with us may be first to take what comes
      while (this.#at === this.#rows.length) {
        if (this.#ended) return this.#finish()
        await this.#refill()
      }
      return this.#take()
    } finally {
      this.#appetite.served()
    }
  }

  /** One at a time, and never rejecting: what goes wrong concerns whoever finds no row. */
  #refill(): Promise<void> {
    return (this.#refilling ??= this.#lease().finally(() => (this.#refilling = undefined)))
  }

  async #lease(): Promise<void> {
    try {
      const rows = await this.#source.lease(this.#appetite.rows)
      this.#appetite.fed()
      if (rows.length === 0) this.#ended = true
      else if (this.#at === this.#rows.length) this.#rows = rows
      else this.#rows = [...this.#rows.slice(this.#at), ...rows]
      if (rows.length > 0) this.#at = 0
    } catch (error) {
      this.#failure = error
      this.#ended = true
    }
    if (this.#ended) await this.#source.close()
  }

  /** Told at once, too: a task that catches whatever is thrown is not to go on without rows. `setup()` may read them all and catch the end. */
  #finish(): never {
    const stop = this.#failure === undefined ? this.#usedUp() : new StopTest(sentenceOf(this.#failure), 'broken')
    if (this.#failure !== undefined) stop.cause = this.#failure
    const runtime = currentRuntime()
    if (runtime && runtime.environment.runTime > 0) runtime.end(stop)
    throw stop
  }

  #usedUp(): StopTest {
    const { shown, onEnd, onEndStated } = this.#spec
    const text = `the feed ${shown} has no rows left: it had ${formatItems(this.#source.given ?? this.#handedOut, 'row')}`
    if (onEnd === 'fail') return new StopTest(text, 'broken')
    return onEndStated ? new StopTest(text) : new CutShort(`${text}; ${usedUpHint}`)
  }
}

const usedUpHint = "add rows, or set onEnd: 'stop' to end the run without a failure, or onEnd: 'recycle' to start over"

/**
 * Reads rows of data for users from a file. Call it at the top of a load file. The file is CSV, JSON lines or a JSON array. In
 * CSV the first line names the columns, and all values are text. A large file is read in parts, while users need its rows.
 *
 *     const accounts = feed<{ name: string; password: string }>('users.csv', { mode: 'unique', onEnd: 'stop' })
 *
 * @param file path, relative to the load file
 * @throws KatydidError FEED if the file is missing, empty or malformed, or if an option is wrong
 */
export function feed<Row extends object = Record<string, string>>(file: string, options: FeedOptions = {}): Feed<Row> {
  const spec = feedSpec(file, options, feedFolder())
  const made = new Feed<Row>(spec, rowsOf(spec) as RowSource<Readonly<Row>>)
  noteFeed(made)
  return made
}
