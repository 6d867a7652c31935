/**
 * What one character of a text may stand for, where the text was encoded: percent-encoding in any number of layers, forms (`+`), escapes of JSON
 * and JavaScript, entities of HTML and XML, quotes that CSV doubles. All that a URL, a body, a log or a report makes of a character.
 */

/** A character, and where the text goes on after it. */
export type Reading = readonly [codePoint: number, next: number]

/** Characters that begin an encoded one. */
export const encodingMarks = '%+\\&"'

const [percent, plus, backslash, ampersand, quote] = [...encodingMarks].map((mark) => mark.charCodeAt(0))

/** Every reading of what begins at `at` but the plain one. */
export function readingsAt(text: string, at: number): readonly Reading[] {
  switch (text.charCodeAt(at)) {
    case percent:
      return percentReadings(text, at)
    case plus:
      return [[0x20, at + 1]]
    case backslash:
      return escapeReadings(text, at)
    case ampersand:
      return entityReadings(text, at)
    case quote:
      return text.charCodeAt(at + 1) === quote ? [[quote as number, at + 2]] : []
    default:
      return []
  }
}

/** A text, or what it is without some of its encoding; `places`: where each of its characters, and its end, is in the text itself. */
export interface Layer {
  text: string
  places?: readonly number[]
}

const mostLayers = 3

/** A text, and that without one and more layers of percent-encoding: what a URL has in it was often encoded otherwise before. */
export function* percentLayers(text: string): Generator<Layer> {
  let layer: Layer = { text }
  yield layer
  for (let depth = 0; depth < mostLayers && /%[0-9a-f]{2}/i.test(layer.text); depth++) {
    layer = withoutLayer(layer)
    yield layer
  }
}

function withoutLayer({ text, places: before }: Layer): Layer {
  const pieces: string[] = []
  const places: number[] = []
  for (let at = 0; at < text.length; ) {
    const character = text.charCodeAt(at) === percent ? characterAt(text, at, singleByteAt) : undefined
    const piece = character ? String.fromCodePoint(character[0]) : (text[at] as string)
    for (let i = 0; i < piece.length; i++) places.push(before ? (before[at] as number) : at)
    pieces.push(piece)
    at = character ? character[1] : at + 1
  }
  places.push(before ? (before.at(-1) as number) : text.length)
  return { text: pieces.join(''), places }
}

/** `%21`, `%2521` and so on; of a character of several bytes all of them. */
function percentReadings(text: string, at: number): Reading[] {
  const readings: Reading[] = []
  // of `%2521` the deeper reading is `!`, and the other is a percent sign before 21
  for (let digits = at + 1; text.startsWith('25', digits); digits += 2) readings.push([percent as number, digits + 2])
  const character = characterAt(text, at, byteAt)
  return character ? [...readings, character] : readings
}

/** Of UTF-8; a byte that begins none is a character of Latin-1. */
function characterAt(text: string, at: number, read: typeof byteAt): Reading | undefined {
  const first = read(text, at)
  if (!first) return undefined
  const [lead, next] = first
  const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0
  const bytes = [lead]
  let end = next
  for (let i = 0; i < more; i++) {
    const byte = read(text, end)
    if (!byte || byte[0] < 0x80 || byte[0] > 0xbf) return first
    bytes.push(byte[0])
    end = byte[1]
  }
  return more === 0 ? first : [Buffer.from(bytes).toString().codePointAt(0) as number, end]
}

/** Encoded any number of times. */
function byteAt(text: string, at: number): Reading | undefined {
  if (text.charCodeAt(at) !== percent) return undefined
  let digits = at + 1
  while (text.startsWith('25', digits) && isHex(text, digits + 2, 2)) digits += 2
  return isHex(text, digits, 2) ? [hexAt(text, digits, 2), digits + 2] : undefined
}

function singleByteAt(text: string, at: number): Reading | undefined {
  return text.charCodeAt(at) === percent && isHex(text, at + 1, 2) ? [hexAt(text, at + 1, 2), at + 3] : undefined
}

const letters: Record<string, number> = {
  n: 10,
  r: 13,
  t: 9,
  b: 8,
  f: 12,
  v: 11,
  0: 0,
  '"': 34,
  "'": 39,
  '`': 96,
  '/': 47,
}

/** A text that is JSON in JSON has more backslashes. */
function escapeReadings(text: string, at: number): Reading[] {
  let after = at
  while (text.charCodeAt(after) === backslash) after++
  const letter = text[after] ?? ''
  const readings: Reading[] = []
  const plain = letters[letter]
  if (plain !== undefined && Object.hasOwn(letters, letter)) readings.push([plain, after + 1])
  if (letter === 'x' && isHex(text, after + 1, 2)) readings.push([hexAt(text, after + 1, 2), after + 3])
  if (letter === 'u' && isHex(text, after + 1, 4)) readings.push(unicodeAt(text, after))
  const braced = letter === 'u' ? /^u\{([0-9a-f]{1,6})\}/i.exec(text.slice(after, after + 9)) : null
  if (braced) readings.push([Number.parseInt(braced[1] as string, 16), after + braced[0].length])
  return readings
}

/** `\ud83e\udd97` is one character. */
function unicodeAt(text: string, at: number): Reading {
  const high = hexAt(text, at + 1, 4)
  let next = at + 5
  while (text.charCodeAt(next) === backslash) next++
  if (high < 0xd800 || high > 0xdbff || text[next] !== 'u' || !isHex(text, next + 1, 4)) return [high, at + 5]
  const low = hexAt(text, next + 1, 4)
  return [0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), next + 5]
}

const entities: Record<string, number> = {
  amp: 38,
  lt: 60,
  gt: 62,
  quot: 34,
  apos: 39,
  nbsp: 32,
  sol: 47,
  plus: 43,
  equals: 61,
}

/** `&lt;`, `&#60;`, `&#x3c;`, `&amp;lt;` and so on. */
function entityReadings(text: string, at: number): Reading[] {
  const readings: Reading[] = []
  let name = at + 1
  for (;;) {
    const [whole = '', decimal, hex, word = ''] =
      /^(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/i.exec(text.slice(name, name + 12)) ?? []
    const known = word !== '' && Object.hasOwn(entities, word) ? entities[word] : undefined
    const codePoint = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : known
    if (codePoint !== undefined) readings.push([codePoint, name + whole.length])
    if (word !== 'amp') return readings.reverse()
    name += whole.length
  }
}

function isHex(text: string, at: number, digits: number): boolean {
  if (at + digits > text.length) return false
  for (let i = at; i < at + digits; i++) {
    const code = text.charCodeAt(i)
    // a letter in lower case; the same of a control character would be a digit
    const letter = code | 0x20
    if (!((code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x66))) return false
  }
  return true
}

function hexAt(text: string, at: number, digits: number): number {
  return Number.parseInt(text.slice(at, at + digits), 16)
}
