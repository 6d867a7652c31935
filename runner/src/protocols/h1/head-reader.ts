import { malformed } from './h1-error.ts'
import { HeadFields } from './head-fields.ts'
import type { ResponseHead } from './response-head.ts'

const lf = 10
const cr = 13
const tab = 9
const space = 32
const colon = 58
const zero = 48
const nine = 57

/** The bytes that a field name may have: a token of RFC 9110 §5.6.2. */
const inName = new Uint8Array(256)
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  inName[char.charCodeAt(0)] = 1

const version = Buffer.from('HTTP/1.')

/**
 * Reads the head of a response, or the trailers of a chunked body, from pieces of any size (RFC 9112 §2 to §5). It looks at every byte
 * once. It accepts what a recipient may accept: empty lines before the status line, LF as the end of a line, folded lines. Everything
 * else that is wrong throws `MALFORMED_HTTP` as soon as it is read.
 */
export class HeadReader {
  #stage: 'before' | 'status' | 'name' | 'value' = 'before'
  #trailers = false
  #from = 0
  #at = 0
  #lineAt = 0
  #colonAt = 0
  /** A line ended in LF alone or was folded: the text is put in order before others read it. */
  #odd = false
  readonly #fields = new HeadFields()
  #kept: Buffer | undefined
  #keptBytes = 0

  start(from: number, trailers: boolean): void {
    this.#stage = trailers ? 'name' : 'before'
    this.#trailers = trailers
    this.#from = from
    this.#at = from
    this.#lineAt = from
    this.#odd = false
    this.#fields.clear()
  }

  /** The index after the head in `bytes[…, end)`; -1 if more is needed, and then `keep` must follow. */
  read(bytes: Buffer, end: number): number {
    if (this.#stage === 'before' && !this.#skipBlanks(bytes, end)) return -1
    if (this.#stage === 'status' && !this.#statusLine(bytes, end)) return -1
    let at = this.#at
    for (;;) {
      if (this.#stage === 'name') {
        while (at < end && inName[bytes[at] as number] === 1) at++
        if (at >= end) break
        const byte = bytes[at] as number
        if (byte !== colon || at === this.#lineAt) {
          if (at > this.#lineAt || (byte !== cr && byte !== lf)) throw badLine(byte, at === this.#lineAt)
          if (byte === lf) return at + 1
          if (at + 1 === end) break
          if (bytes[at + 1] === lf) return at + 2
          throw bareCr()
        }
        this.#colonAt = at++
        this.#stage = 'value'
      }
      at = endOfLine(bytes, at, end)
      if (at + 1 >= end) break // the byte after it tells whether the line is folded
      const next = bytes[at + 1]
      const folded = next === space || next === tab
      if (folded || bytes[at - 1] !== cr) this.#odd = true
      at++
      if (folded) continue
      if (!this.#trailers) this.#fields.read(bytes, this.#lineAt, this.#colonAt, at)
      this.#stage = 'name'
      this.#lineAt = at
    }
    this.#at = at
    return -1
  }

  /** Copies what `read` found incomplete. */
  keep(bytes: Buffer, end: number): void {
    const from = this.#from
    this.#kept = Buffer.from(bytes.subarray(from, end))
    this.#keptBytes = end - from
    this.#from = 0
    this.#at -= from
    this.#lineAt -= from
    this.#colonAt -= from
  }

  /** Reads the next piece after `keep`: the index after the head in it, or -1. */
  more(bytes: Buffer, from: number, end: number): number {
    const before = this.#keptBytes
    const length = before + end - from
    let kept = this.#kept as Buffer
    if (length > kept.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * kept.length))
      kept.copy(larger, 0, 0, before)
      this.#kept = kept = larger
    }
    bytes.copy(kept, before, from, end)
    this.#keptBytes = length
    const next = this.read(kept, length)
    return next === -1 ? -1 : from + next - before
  }

  /** The head that is complete now, in `bytes` if it came whole. */
  head(bytes: Buffer): ResponseHead {
    const from = this.#kept ?? bytes
    const lastLf = this.#lineAt - 1
    const text = from.toString('latin1', this.#from, from[lastLf - 1] === cr ? lastLf - 1 : lastLf)
    return this.#fields.head(this.#odd ? inOrder(text) : text)
  }

  /** Lines without content before a status line are allowed (RFC 9112 §2.2), and blanks before it may be passed over (§4). */
  #skipBlanks(bytes: Buffer, end: number): boolean {
    let at = this.#at
    while (at < end && (bytes[at] === cr || bytes[at] === lf || bytes[at] === space || bytes[at] === tab)) at++
    this.#at = at
    this.#from = at
    if (at === end) return false
    this.#stage = 'status'
    return true
  }

  #statusLine(bytes: Buffer, end: number): boolean {
    const from = this.#from
    for (let i = 0; i < 7 && from + i < end; i++) if (bytes[from + i] !== version[i]) throw malformed('no status line')
    const at = endOfLine(bytes, this.#at, end)
    if (at === end || bytes[at] !== lf) {
      this.#at = at
      return false
    }
    const minor = bytes[from + 7] as number
    if (minor < zero || minor > nine || !isBlank(bytes[from + 8])) throw malformed('no status line')
    let code = from + 9
    while (isBlank(bytes[code])) code++
    const a = (bytes[code] as number) - zero
    const b = (bytes[code + 1] as number) - zero
    const c = (bytes[code + 2] as number) - zero
    const after = bytes[code + 3]
    if (a < 1 || a > 9 || b < 0 || b > 9 || c < 0 || c > 9) throw malformed('bad status')
    if (!isBlank(after) && after !== cr && after !== lf) throw malformed('bad status')
    this.#fields.status = a * 100 + b * 10 + c
    this.#fields.minor = minor - zero
    if (bytes[at - 1] !== cr) this.#odd = true
    this.#stage = 'name'
    this.#at = this.#lineAt = at + 1
    return true
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab
}

/** The index of the LF that ends a line; `end`, or that of a CR before it, if it has not come. */
function endOfLine(bytes: Buffer, from: number, end: number): number {
  let at = from
  for (;;) {
    // four at a time: most of a head is the text of values
    for (let four = at + 3; four < end; four = at + 3) {
      if ((bytes[at] as number) <= cr || (bytes[at + 1] as number) <= cr) break
      if ((bytes[at + 2] as number) <= cr || (bytes[four] as number) <= cr) break
      at += 4
    }
    while (at < end && (bytes[at] as number) > cr) at++
    if (at >= end) return end
    const byte = bytes[at]
    if (byte === cr) {
      if (at + 1 === end) return at
      if (bytes[at + 1] !== lf) throw bareCr()
      return at + 1
    }
    if (byte === lf) return at
    if (byte === 0) throw malformed('a NUL in a header')
    at++
  }
}

function badLine(byte: number, first: boolean): Error {
  if (byte === cr || byte === lf) return malformed('a header line without a colon')
  if (byte !== space && byte !== tab) return malformed('bad header name')
  return malformed(first ? 'a space before the first header' : 'a space in or after a header name')
}

function bareCr(): Error {
  return malformed('a CR without LF')
}

/** Ends every line in CRLF, and puts folded lines into one. */
function inOrder(text: string): string {
  return text.replace(/[ \t]*\r?\n[ \t]+/g, ' ').replace(/\r?\n/g, '\r\n')
}
