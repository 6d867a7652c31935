import { stripVTControlCharacters } from 'node:util'
import { writeClean } from '../../secrets/redactions.ts'
import type { TextStream } from './text-stream.ts'
import { textWidth } from './text-width.ts'

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const eraseBelow = '\u001b[0J'
const eraseRight = '\u001b[K'

/**
 * Lines at the bottom of a terminal that are redrawn in place. Whatever else is written to the terminal meanwhile (a log line, a
 * load file's `console.log`) goes above them; so while it is open it stands between the streams and their writers.
 */
export class LiveRegion {
  readonly #out: TextStream
  readonly #streams: TextStream[]
  readonly #writes: TextStream['write'][]
  #frame: readonly string[] = []
  #atLineStart = true
  #open = false
  #drawing = false
  // a process that is left in a hurry must not leave a terminal without its cursor
  readonly #onExit = () => this.close()

  /** `out` and `err`: `err` only matters where it is a terminal too, most likely the same. */
  constructor(out: TextStream, err: TextStream) {
    this.#out = out
    this.#streams = err.isTTY && err !== out ? [out, err] : [out]
    this.#writes = this.#streams.map((stream) => stream.write)
  }

  open(): void {
    if (this.#open) return
    this.#open = true
    this.#streams.forEach((stream, at) => {
      const write = this.#writes[at] as TextStream['write']
      const region = this
      stream.write = function (this: TextStream, ...args: Parameters<TextStream['write']>) {
        if (!region.#drawing) region.#makeWay(args[0])
        return write.apply(stream, args)
      }
    })
    process.once('exit', this.#onExit)
    this.#print(hideCursor)
  }

  /** Puts these lines in place of those before; none may be wider than the terminal. */
  draw(lines: readonly string[]): void {
    if (!this.#open) return
    const begin = this.#atLineStart ? '' : '\n'
    this.#print(begin + this.#back() + lines.map((line) => `${line}${eraseRight}\n`).join('') + eraseBelow)
    this.#frame = lines
    this.#atLineStart = true
  }

  /** Takes the lines away and gives the terminal back. */
  close(): void {
    if (!this.#open) return
    this.#print(`${this.#back()}${eraseBelow}${showCursor}`)
    this.#frame = []
    this.#open = false
    this.#streams.forEach((stream, at) => {
      stream.write = this.#writes[at] as TextStream['write']
    })
    process.off('exit', this.#onExit)
  }

  /** Somebody else is about to write. */
  #makeWay(text: unknown): void {
    if (this.#frame.length > 0) this.#print(`${this.#back()}${eraseBelow}`)
    this.#frame = []
    if (typeof text === 'string' && text !== '') this.#atLineStart = text.endsWith('\n')
    else if (text instanceof Uint8Array && text.length > 0) this.#atLineStart = text.at(-1) === 10
  }

  /** To where the lines began. A terminal made narrower since has broken them into more. */
  #back(): string {
    const columns = this.#out.columns || 80 // 0 where a terminal does not know
    const rows = this.#frame
      .map((line) => Math.max(1, Math.ceil(textWidth(stripVTControlCharacters(line)) / columns)))
      .reduce((sum, height) => sum + height, 0)
    return rows === 0 ? '' : `\r\u001b[${rows}A`
  }

  #print(text: string): void {
    this.#drawing = true
    try {
      writeClean(this.#out, text)
    } finally {
      this.#drawing = false
    }
  }
}
