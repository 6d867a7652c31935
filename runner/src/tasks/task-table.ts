import type { TaskBody } from './task-list.ts'

/** @internal How a user or task set chooses its next task. */
export const nextTask = Symbol('katydid.nextTask')

/** One task of a user or task set. */
export interface TaskEntry {
  name: string
  weight: number
  /** A member of the instance or of its class, looked up when run, so that overriding works. */
  member?: string | symbol
  /** Or the function or TaskSet class itself. */
  body?: TaskBody
  /** Its own tags and those around it. */
  tags: readonly string[]
  /** In a Markov chain: what may follow. */
  next?: TaskTable
}

/** The tasks of a class, prepared for picking without any allocation. */
export class TaskTable {
  readonly entries: readonly TaskEntry[]
  /** Running sums of the weights. */
  readonly #sums: Float64Array
  #sequence: readonly TaskEntry[] | undefined

  constructor(entries: readonly TaskEntry[], weights: readonly number[] = entries.map(({ weight }) => weight)) {
    this.entries = entries
    this.#sums = new Float64Array(entries.length)
    let sum = 0
    weights.forEach((weight, i) => {
      this.#sums[i] = sum += weight
    })
  }

  get isEmpty(): boolean {
    return this.entries.length === 0
  }

  /** By weight; `random` is from [0, 1). */
  pick(random: number): TaskEntry {
    const sums = this.#sums
    let low = 0
    let high = sums.length - 1
    const wanted = random * (sums[high] as number)
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] as number) > wanted) high = middle
      else low = middle + 1
    }
    return this.entries[low] as TaskEntry
  }

  /** In order, each as often as its weight says. */
  get sequence(): readonly TaskEntry[] {
    return (this.#sequence ??= this.entries.flatMap((entry) =>
      Array.from({ length: Math.max(1, Math.round(entry.weight)) }, () => entry),
    ))
  }
}
