import { malformed } from './h1-error.ts'
import { type ResponseHead, trimmed } from './response-head.ts'

const zero = 48
const comma = 44
const maxLength = Number.MAX_SAFE_INTEGER

/** Transfer codings of RFC 9112 §7.2 that can be undone. */
const knownCodings = new Set(['gzip', 'x-gzip', 'deflate'])

/**
 * The fields of a head that frame the message or the connection (RFC 9112 §6, §9). Length and first letter tell them apart before any
 * string is made.
 */
export class HeadFields {
  status = 0
  minor = 1
  #length = -1
  /** The lines of Transfer-Encoding, joined. */
  #codings: string | undefined
  #closes = false
  #keeps = false
  #idleMs = 0
  #setsCookies = false

  clear(): void {
    this.#length = -1
    this.#codings = undefined
    this.#closes = false
    this.#keeps = false
    this.#idleMs = 0
    this.#setsCookies = false
  }

  /** One field, `bytes[from, end)`; folded lines are in it. Throws `MALFORMED_HTTP`. */
  read(bytes: Buffer, from: number, colon: number, end: number): void {
    switch (colon - from) {
      case 10:
        switch ((bytes[from] as number) | 32) {
          case 99: // c
            if (is(bytes, from, 'connection')) this.#connection(bytes.toString('latin1', colon + 1, end))
            break
          case 115: // s
            if (is(bytes, from, 'set-cookie')) this.#setsCookies = true
            break
          case 107: // k
            if (is(bytes, from, 'keep-alive')) this.#keepAlive(bytes.toString('latin1', colon + 1, end))
        }
        break
      case 14:
        if (is(bytes, from, 'content-length')) this.#readLength(bytes, colon + 1, end)
        break
      case 17:
        if (is(bytes, from, 'transfer-encoding')) {
          const value = bytes.toString('latin1', colon + 1, end)
          this.#codings = this.#codings === undefined ? value : `${this.#codings},${value}`
        }
    }
  }

  /** The head, when all fields are read. Throws `MALFORMED_HTTP` for framing that contradicts itself. */
  head(text: string): ResponseHead {
    const codings = this.#codings === undefined ? undefined : this.#transferCodings(this.#codings)
    return {
      status: this.status,
      text,
      length: this.#length,
      chunked: codings?.chunked ?? false,
      codings: codings?.others ?? '',
      keepAlive: !this.#closes && (this.minor > 0 || this.#keeps),
      idleMs: this.#idleMs,
      setsCookies: this.#setsCookies,
    }
  }

  /** RFC 9112 §6.1 and §6.3: chunked at most once and last; only codings that are known; never beside a length. */
  #transferCodings(value: string): { chunked: boolean; others: string } {
    if (this.#length !== -1) throw malformed('both Content-Length and Transfer-Encoding')
    if (this.minor === 0) throw malformed('Transfer-Encoding in HTTP/1.0')
    const names = listOf(value)
    const chunked = names.at(-1) === 'chunked'
    const others = chunked ? names.slice(0, -1) : names
    if (names.length === 0) throw malformed('an empty Transfer-Encoding')
    if (!others.every((name) => knownCodings.has(name))) throw malformed('unknown Transfer-Encoding')
    return { chunked, others: others.join(',') }
  }

  #connection(value: string): void {
    // the two that nearly every target sends need no list
    if (value === ' keep-alive\r\n') this.#keeps = true
    else if (value === ' close\r\n') this.#closes = true
    else
      for (const option of listOf(value)) {
        if (option === 'close') this.#closes = true
        else if (option === 'keep-alive') this.#keeps = true
      }
  }

  #keepAlive(value: string): void {
    const seconds = /timeout\s*=\s*"?(\d{1,6})/i.exec(value)?.[1]
    if (seconds) this.#idleMs = Number(seconds) * 1_000 || 1
  }

  /** Digits. The same length may be said several times, also in a list (RFC 9112 §6.3). */
  #readLength(bytes: Buffer, from: number, end: number): void {
    let at = from
    do {
      while (at < end && isBlank(bytes[at])) at++
      let length = 0
      const digitsAt = at
      for (; at < end; at++) {
        const digit = (bytes[at] as number) - zero
        if (digit < 0 || digit > 9) break
        length = length * 10 + digit
      }
      const digits = at - digitsAt
      while (at < end && isBlank(bytes[at])) at++
      if (digits === 0 || length > maxLength || (at < end && bytes[at] !== comma)) throw malformed('bad Content-Length')
      if (this.#length !== -1 && this.#length !== length) throw malformed('two lengths')
      this.#length = length
    } while (at++ < end)
  }
}

/** SP, HTAB, or the end of a line, which is a blank in the middle of a folded value. */
function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 13 || byte === 10
}

function is(bytes: Buffer, from: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (((bytes[from + i] as number) | 32) !== name.charCodeAt(i)) return false
  return true
}

/** The elements of a list in lower case; empty ones do not count (RFC 9110 §5.6.1). */
function listOf(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map(trimmed)
    .filter((element) => element !== '')
}
