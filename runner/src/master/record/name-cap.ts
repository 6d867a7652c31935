import { otherName, TextCap } from '../../stats/cardinality-limit.ts'
import { mergeDeltas, WaitingSum } from '../../stats/merge.ts'
import type { StatsDelta, WaitingState } from '../../stats/snapshot.ts'

const empty: StatsDelta = { requests: [], errors: [], exceptions: [], metrics: [] }

/** Limits the distinct request names of a run. Each worker limits its own, but many workers may have many different ones. */
export class NameCap {
  readonly #names: TextCap
  readonly #keep: ReadonlySet<string>

  /** Names of `keep` are always kept and do not count. */
  constructor(most: number, onCap: () => void, keep: ReadonlySet<string> = new Set()) {
    this.#keep = keep
    this.#names = new TextCap(most, onCap)
  }

  /** The same delta, with names past the limit merged into `(other)`. */
  apply(stats: StatsDelta): StatsDelta {
    if (stats.requests.every(({ name }) => this.#isKept(name))) return stats
    const renamed = <Named extends { name: string }>(one: Named) =>
      this.#isKept(one.name) ? one : { ...one, name: otherName }
    return mergeDeltas([
      { ...stats, requests: [], errors: [] },
      ...stats.requests.map((request) => ({ ...empty, requests: [renamed(request)] })),
      { ...empty, errors: stats.errors.map(renamed) },
    ])
  }

  /** The same for waiting requests. */
  applyWaiting(waiting: WaitingState[]): WaitingState[] {
    if (waiting.every(({ name }) => this.#isKept(name))) return waiting
    const sum = new WaitingSum()
    sum.add(waiting.map((one) => (this.#isKept(one.name) ? one : { ...one, name: otherName })))
    return sum.take()
  }

  #isKept(name: string): boolean {
    return name === otherName || this.#keep.has(name) || this.#names.admits(name)
  }
}
