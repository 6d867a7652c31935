import { DecodedText } from './decoded-text.ts'
import { feedError, quote } from './feed-error.ts'
import type { OnRow, RowParser } from './row-parser.ts'
import type { FeedSpec } from './row-source.ts'

const lineFeed = 0x0a

/** One JSON value a line; empty lines are skipped. */
export class JsonLinesParser implements RowParser {
  readonly #spec: FeedSpec
  readonly #text: DecodedText
  #line = 1

  constructor(spec: FeedSpec) {
    this.#spec = spec
    this.#text = new DecodedText(spec)
  }

  get line(): number {
    return this.#line
  }

  inside(): JsonLinesParser {
    const parser = new JsonLinesParser(this.#spec)
    parser.#line = Number.NaN
    return parser
  }

  parse(bytes: Buffer, last: boolean, onRow: OnRow): number {
    let at = 0
    while (at < bytes.length) {
      const found = bytes.indexOf(lineFeed, at)
      if (found < 0 && !last) break
      const end = found < 0 ? bytes.length : found
      const text = this.#text.of(bytes, at, end, this.#line).replace(/^\uFEFF/, '')
      const start = at
      at = Math.min(end + 1, bytes.length)
      const goOn = text.trim() === '' || onRow(this.#value(text), start)
      this.#line++
      if (goOn === false) break
    }
    return at
  }

  #value(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch {
      const line = Number.isNaN(this.#line) ? undefined : this.#line
      throw feedError(
        this.#spec.shown,
        line,
        `is not JSON: ${quote(Buffer.from(text))}`,
        'write one JSON value on each line',
      )
    }
  }
}
