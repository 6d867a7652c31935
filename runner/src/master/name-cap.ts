import { mergeDeltas } from '../stats/merge.ts'
import { otherName } from '../stats/recorder.ts'
import type { StatsDelta } from '../stats/snapshot.ts'

const empty: StatsDelta = { requests: [], errors: [], exceptions: [], metrics: [] }

/** Keeps the distinct request names of a whole run within bounds: each worker keeps its own, but many workers may have many. */
export class NameCap {
  readonly #most: number
  readonly #onCap: () => void
  readonly #names = new Set<string>()
  #told = false

  constructor(most: number, onCap: () => void) {
    this.#most = most
    this.#onCap = onCap
  }

  /** The same delta, with what is too many under `(other)`. */
  apply(stats: StatsDelta): StatsDelta {
    if (stats.requests.every(({ name }) => this.#isKept(name))) return stats
    if (!this.#told) this.#onCap()
    this.#told = true
    const renamed = <Named extends { name: string }>(one: Named) =>
      this.#isKept(one.name) ? one : { ...one, name: otherName }
    return mergeDeltas([
      { ...stats, requests: [], errors: [] },
      ...stats.requests.map((request) => ({ ...empty, requests: [renamed(request)] })),
      { ...empty, errors: stats.errors.map(renamed) },
    ])
  }

  #isKept(name: string): boolean {
    if (name === otherName || this.#names.has(name)) return true
    if (this.#names.size >= this.#most) return false
    this.#names.add(name)
    return true
  }
}
