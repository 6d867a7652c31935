import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import type { KatydidError } from '../errors.ts'
import { feedError } from './feed-error.ts'
import type { FeedSpec } from './row-source.ts'

const shownChars = 40
const replacement = '\ufffd'

/** Makes text of pieces of a file, and says so where they are none in its encoding. */
export class DecodedText {
  readonly #spec: Pick<FeedSpec, 'shown' | 'encoding'>
  readonly #decoder: TextDecoder | undefined

  constructor(spec: Pick<FeedSpec, 'shown' | 'encoding'>) {
    this.#spec = spec
    this.#decoder = spec.encoding === 'utf-8' ? undefined : new TextDecoder(spec.encoding, { fatal: true })
  }

  /**
   * A string of its own: a slice of a larger one would keep all of it alive. `line` is for the error; NaN where it is not known.
   *
   * @throws KatydidError FEED for bytes that are no text in the encoding
   */
  of(bytes: Buffer, from: number, to: number, line: number): string {
    if (this.#decoder) {
      try {
        return this.#decoder.decode(bytes.subarray(from, to))
      } catch {
        throw this.#error(bytes.subarray(from, to), line)
      }
    }
    const text = bytes.toString('utf8', from, to)
    if (text.includes(replacement) && !isUtf8(bytes.subarray(from, to)))
      throw this.#error(bytes.subarray(from, to), line)
    return text
  }

  #error(bytes: Buffer, line: number): KatydidError {
    const { shown, encoding } = this.#spec
    const asWestern = new TextDecoder('windows-1252').decode(bytes.subarray(0, shownChars))
    const problem = `is not ${encoding}: in windows-1252 it has ${JSON.stringify(asWestern)}`
    const hint = "set its encoding, feed('users.csv', { encoding: 'windows-1252' }), or save the file as UTF-8"
    return feedError(shown, Number.isNaN(line) ? undefined : line, problem, hint)
  }
}
