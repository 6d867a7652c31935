import type { TextStream } from './text-stream.ts'

/** Keeps what is written to it. */
export class Sink implements TextStream {
  text = ''
  write(text: string): boolean {
    this.text += text
    return true
  }
}

/** A terminal as far as the live table uses one: what is on its screen after what was written. */
export class Terminal extends Sink {
  readonly isTTY = true
  columns: number
  rows: number
  colors = false
  cursorShown = true
  #screen: string[] = ['']
  #row = 0
  #column = 0
  #resized = new Set<() => void>()

  constructor(columns = 100, rows = 30) {
    super()
    this.columns = columns
    this.rows = rows
  }

  /** Everything on it, without colours and without empty lines at its end. */
  get screen(): string {
    return this.#screen.join('\n').trimEnd()
  }

  get listeners(): number {
    return this.#resized.size
  }

  override write(text: string): boolean {
    super.write(text)
    for (const [part] of text.matchAll(/\p{Cc}\[[?\d;]*[a-zA-Z]|\p{Cc}|\P{Cc}+/gu)) this.#put(part)
    return true
  }

  hasColors(): boolean {
    return this.colors
  }

  on(_event: 'resize', listener: () => void): void {
    this.#resized.add(listener)
  }

  off(_event: 'resize', listener: () => void): void {
    this.#resized.delete(listener)
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    for (const listener of this.#resized) listener()
  }

  #put(part: string): void {
    const line = this.#screen[this.#row] ?? ''
    if (part === '\n') {
      this.#row++
      this.#column = 0
      this.#screen[this.#row] ??= ''
    } else if (part === '\r') this.#column = 0
    else if (part.startsWith('\u001b[?25')) this.cursorShown = part.endsWith('h')
    else if (part === '\u001b[K') this.#screen[this.#row] = line.slice(0, this.#column)
    else if (part === '\u001b[0J') {
      this.#screen.length = this.#row + 1
      this.#screen[this.#row] = line.slice(0, this.#column)
    } else if (part.startsWith('\u001b[') && part.endsWith('A'))
      this.#row = Math.max(0, this.#row - Number.parseInt(part.slice(2), 10))
    else if (!part.startsWith('\u001b')) {
      this.#screen[this.#row] = line.slice(0, this.#column) + part + line.slice(this.#column + part.length)
      this.#column += part.length
    }
  }
}
