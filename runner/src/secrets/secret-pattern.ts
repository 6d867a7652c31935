import { encodingMarks, readingsAt } from './secret-forms.ts'

/** Where a secret stands in a text. */
export type Span = readonly [from: number, until: number]

export interface SecretPatternOptions {
  /** A text may have lost its end: the first half counts, too, but for what is so short that it may be a word. */
  cut?: boolean
  /** `A` is not `a`. Left out: it is, since hosts and header names lose their case. */
  exactCase?: boolean
  /** Characters on the left and on the right that hold a part of the secret, too: of base64, which packs three bytes in four. */
  around?: { left: number; right: number }
}

const space = 0x20
const marks = new Set([...encodingMarks].map((mark) => mark.charCodeAt(0)))
/** Of a secret that was cut, in characters. */
const leastCut = 8
/** Whitespace in a row is one unit, since reports lay it out anew; so are backslashes and quotes, which escaping multiplies. */
const runs: ReadonlyMap<number, (codePoint: number) => boolean> = new Map([
  [space, (read) => /^\s$/u.test(String.fromCodePoint(read))],
  // of which a URL makes the other slash
  [0x5c, (read) => read === 0x5c || read === 0x2f],
  [0x22, (read) => read === 0x22],
])

/** Finds one secret in a text, in whatever way its characters are encoded there. */
export class SecretPattern {
  readonly #units: readonly number[]
  readonly #least: number
  readonly #anyCase: boolean
  readonly #around: { left: number; right: number }
  readonly #starts: RegExp

  constructor(
    value: string,
    { cut = false, exactCase = false, around = { left: 0, right: 0 } }: SecretPatternOptions = {},
  ) {
    this.#anyCase = !exactCase
    this.#units = unitsOf(value).map((unit) => (this.#anyCase ? folded(unit) : unit))
    const { length } = this.#units
    this.#least = cut ? Math.min(length, Math.max(leastCut, Math.ceil(length / 2))) : length
    this.#around = around
    const [first = ''] = value
    const cases = this.#anyCase ? [first, first.toLowerCase(), first.toUpperCase()] : [first]
    const begins = this.#units[0] === space ? '\\s' : cases.map(escaped).join('|')
    this.#starts = new RegExp(`${begins}|[${escaped(encodingMarks)}]`, 'gu')
  }

  find(text: string): Span[] {
    const spans: Span[] = []
    const starts = this.#starts
    starts.lastIndex = 0
    for (let start = starts.exec(text); start; start = starts.exec(text)) {
      const from = start.index
      if (this.#isOther(text, from)) {
        starts.lastIndex = this.#afterStart(text, from)
        continue
      }
      const [count, until] = this.#match(text, from)
      if (count < this.#least) {
        starts.lastIndex = this.#afterStart(text, from)
        continue
      }
      const { left, right } = this.#around
      spans.push([Math.max(0, from - left), Math.min(text.length, until + right)])
      starts.lastIndex = Math.max(until, from + 1)
    }
    return spans
  }

  /** What most texts are where a secret might begin: a mark that encodes something else, or the first character with another one after it. */
  #isOther(text: string, from: number): boolean {
    const [first = 0, second = 0] = this.#units
    if (runs.has(first)) return false
    const at = text.charCodeAt(from)
    if (marks.has(at)) return at !== first && !readingsAt(text, from).some(([read]) => this.#is(read, first))
    const after = text.charCodeAt(from + 1)
    if (second === 0 || runs.has(second) || !(at < 0x80 && after < 0x80) || marks.has(after)) return false
    return !this.#is(after, second)
  }

  /** Where the next match may begin. In a row of backslashes, say, what does not match from its first does not from its second. */
  #afterStart(text: string, from: number): number {
    const isOfRun = runs.get(this.#units[0] as number)
    const end = isOfRun ? runEnd(text, from, isOfRun) : from
    if (end > from) return end
    let next = from + ((text.codePointAt(from) as number) > 0xffff ? 2 : 1)
    if (text[from] === '\\') while (text[next] === '\\') next++
    return next
  }

  /**
   * How many of the secret's units there are from `start` on, and where they end. Where a character can be read in several ways, all are tried,
   * each from one place once.
   */
  #match(text: string, start: number): Span {
    const units = this.#units
    let best: Span = [0, start]
    const ways: number[] = [0, start, 0]
    const tried = new Set<number>()
    while (ways.length > 0) {
      const [unit, index, isInside] = ways.splice(-3) as [number, number, number]
      const place = (index * (units.length + 1) + unit) * 2 + isInside
      if (tried.has(place)) continue
      tried.add(place)
      const done = unit + isInside
      if (done > best[0] || (done === best[0] && index > best[1])) best = [done, index]
      if (isInside === 1 && unit + 1 < units.length) ways.push(unit + 1, index, 0)
      if (unit === units.length || index >= text.length) continue
      const wanted = units[unit] as number
      const isOfRun = runs.get(wanted)
      const fits = isOfRun ?? ((read: number) => this.#is(read, wanted))
      const go = (next: number) => void (isOfRun ? ways.push(unit, next, 1) : ways.push(unit + 1, next, 0))
      for (const [read, next] of readingsAt(text, index)) if (fits(read)) go(next)
      const plain = text.codePointAt(index) as number
      if (fits(plain)) go(index + (plain > 0xffff ? 2 : 1))
    }
    return best
  }

  #is(read: number, wanted: number): boolean {
    return read === wanted || (this.#anyCase && folded(read) === wanted)
  }
}

function unitsOf(value: string): number[] {
  const units: number[] = []
  for (const character of value) {
    const unit = /\s/u.test(character) ? space : (character.codePointAt(0) as number)
    if (!runs.has(unit) || units.at(-1) !== unit) units.push(unit)
  }
  return units
}

/** In lower case, where that is one character again. */
function folded(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 0x20 : codePoint
  const [lower = '', ...more] = String.fromCodePoint(codePoint).toLowerCase()
  return more.length === 0 ? (lower.codePointAt(0) as number) : codePoint
}

function runEnd(text: string, from: number, isOfRun: (codePoint: number) => boolean): number {
  let at = from
  for (;;) {
    const reading = readingsAt(text, at).find(([read]) => isOfRun(read))
    if (reading) at = reading[1]
    else if (at < text.length && isOfRun(text.charCodeAt(at))) at++
    else return at
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
}
