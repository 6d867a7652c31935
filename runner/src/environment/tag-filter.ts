/** Which tasks run, by their tags: Locust's `-T` and `-E`. */
export class TagFilter {
  readonly #included: ReadonlySet<string>
  readonly #excluded: ReadonlySet<string>

  constructor(included: readonly string[] = [], excluded: readonly string[] = []) {
    this.#included = new Set(included)
    this.#excluded = new Set(excluded)
  }

  /** Lets everything through. */
  get isOpen(): boolean {
    return this.#included.size === 0 && this.#excluded.size === 0
  }

  /** A task is kept with at least one of the included tags (where any are asked for) and none of the excluded. */
  keeps(tags: readonly string[]): boolean {
    if (tags.some((tag) => this.#excluded.has(tag))) return false
    return this.#included.size === 0 || tags.some((tag) => this.#included.has(tag))
  }

  toString(): string {
    const parts = [...[...this.#included].map((tag) => `-T ${tag}`), ...[...this.#excluded].map((tag) => `-E ${tag}`)]
    return parts.join(' ')
  }
}
