import { otherName } from '../stats/recorder.ts'

/** Texts that anyone may have written and many workers may have sent: the first so many keep their own series, the rest is one. */
export class LabelCap {
  readonly #most: number
  readonly #known = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  of(text: string): string {
    if (this.#known.has(text)) return text
    if (this.#known.size >= this.#most) return otherName
    this.#known.add(text)
    return text
  }
}
