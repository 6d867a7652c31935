/** Where texts beyond a cap are counted. */
export const otherName = '(other)'

/** The first `most` texts of a run keep their own; the rest goes by one name, which is told once. */
export class TextCap {
  readonly #most: number
  readonly #onCap: () => void
  readonly #known = new Set<string>()
  #told = false

  constructor(most: number, onCap: () => void = () => {}) {
    this.#most = most
    this.#onCap = onCap
  }

  admits(text: string): boolean {
    if (this.#known.has(text)) return true
    if (this.#known.size < this.#most) {
      this.#known.add(text)
      return true
    }
    if (!this.#told) this.#onCap()
    this.#told = true
    return false
  }

  /** The text, or the name that the rest goes by. */
  of(text: string): string {
    return this.admits(text) ? text : otherName
  }
}
