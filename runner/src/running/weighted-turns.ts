/**
 * Takes turns in proportion to weights, as evenly interleaved as they allow: smooth weighted round-robin, as in nginx's
 * upstream module. An item of weight 0 has no turn.
 */
export class WeightedTurns<T> {
  readonly #items: { item: T; weight: number; credit: number }[]
  readonly #total: number

  constructor(items: Iterable<readonly [T, number]>) {
    this.#items = [...items].filter(([, weight]) => weight > 0).map(([item, weight]) => ({ item, weight, credit: 0 }))
    this.#total = this.#items.reduce((sum, { weight }) => sum + weight, 0)
  }

  next(): T | undefined {
    let chosen = this.#items[0]
    if (chosen === undefined) return undefined
    for (const candidate of this.#items) {
      candidate.credit += candidate.weight
      if (candidate.credit > chosen.credit) chosen = candidate
    }
    chosen.credit -= this.#total
    return chosen.item
  }
}
