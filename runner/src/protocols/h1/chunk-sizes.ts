import { malformed } from './h1-error.ts'

const lf = 10
const cr = 13
const semicolon = 59
const maxLine = 4 * 1024
/** A line of up to so many bytes is what a chunk usually costs. */
const usualLine = 16
/** What all lines of a body may have beyond that and beyond two bytes for each byte of body. */
const maxExcess = 16 * 1024

/**
 * Reads the lines that begin chunks (RFC 9112 §7.1): a size, blanks after it, extensions, CRLF or LF. Lines that never end, and bodies
 * that are hardly more than such lines, are refused.
 */
export class ChunkSizes {
  /** Of the chunk whose line was read last. */
  size = 0
  /** That line ended in LF alone; so must its chunk, or the two do not fit. */
  bareLf = false
  #stage: 'digits' | 'blanks' | 'extension' | 'lf' = 'digits'
  #digits = 0
  #line = 0
  #excess = 0

  start(): void {
    this.#excess = 0
    this.#next()
  }

  /** The index after the line, or -1 if it goes on in the next piece. Throws `MALFORMED_HTTP`. */
  read(bytes: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === lf) {
        if (this.#digits === 0) throw badSize()
        this.bareLf = this.#stage !== 'lf'
        this.#count(at + 1 - from)
        this.#next()
        return at + 1
      }
      switch (this.#stage) {
        case 'digits': {
          const digit = hexDigit(byte)
          if (digit === -1) this.#stage = this.#after(byte)
          else {
            this.size = this.#digits++ === 0 ? digit : this.size * 16 + digit
            if (this.size > Number.MAX_SAFE_INTEGER) throw badSize()
          }
          break
        }
        case 'blanks':
          this.#stage = this.#after(byte)
          break
        case 'extension':
          if (byte === cr) this.#stage = 'lf'
          else if (byte === 0) throw malformed('a NUL in a chunk line')
          break
        case 'lf':
          throw malformed('a CR without LF')
      }
    }
    this.#line += end - from
    if (this.#line > maxLine) throw malformed('a chunk line without an end')
    return -1
  }

  #after(byte: number): 'blanks' | 'extension' | 'lf' {
    if (this.#digits === 0) throw badSize()
    if (byte === cr) return 'lf'
    if (byte === semicolon) return 'extension'
    if (byte === 32 || byte === 9) return 'blanks'
    throw badSize()
  }

  #count(bytes: number): void {
    const line = this.#line + bytes
    if (line > maxLine) throw malformed('a chunk line without an end')
    this.#excess = Math.max(0, this.#excess + line - usualLine - 2 * this.size)
    if (this.#excess > maxExcess) throw malformed('chunks that are too small')
  }

  #next(): void {
    this.#stage = 'digits'
    this.#digits = 0
    this.#line = 0
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

function badSize(): Error {
  return malformed('a bad chunk size')
}
