import { H1Error } from './h1-error.ts'

/** What a connection must know of an answer's head; everything else stays text until somebody asks. */
export interface ResponseHead {
  status: number
  /** Status line and header lines, without the empty line. */
  text: string
  /** Bytes of body: -1 unknown (chunked, or until the target closes). */
  length: number
  chunked: boolean
  keepAlive: boolean
  /** `Keep-Alive: timeout=N`, ms; 0 if the target did not say. */
  idleMs: number
  /** It has a Set-Cookie. */
  setsCookies: boolean
}

const zero = 48
const space = 32

/** Reads a head of RFC 9112 §4–6. Throws `MALFORMED_HTTP`. */
export function parseHead(text: string): ResponseHead {
  if (!text.startsWith('HTTP/1.') || text.charCodeAt(8) !== space) throw malformed('no status line')
  const a = text.charCodeAt(9) - zero
  const b = text.charCodeAt(10) - zero
  const c = text.charCodeAt(11) - zero
  const after = text.charCodeAt(12) // a space, \r, or NaN at the end
  if (!(a >= 1 && a <= 9 && b >= 0 && b <= 9 && c >= 0 && c <= 9) || after > space) throw malformed('bad status')
  const head: ResponseHead = {
    status: a * 100 + b * 10 + c,
    text,
    length: -1,
    chunked: false,
    keepAlive: text.charCodeAt(7) !== zero,
    idleMs: 0,
    setsCookies: false,
  }
  let at = text.indexOf('\r\n')
  while (at !== -1) {
    const start = at + 2
    at = text.indexOf('\r\n', start)
    readHeader(head, text, start, at === -1 ? text.length : at)
  }
  return head
}

/** Looks only at the headers that frame the message: told by length and first letter before any string is made. */
function readHeader(head: ResponseHead, text: string, start: number, end: number): void {
  const colon = text.indexOf(':', start)
  if (colon === -1 || colon >= end || colon === start) throw malformed('bad header line')
  const initial = text.charCodeAt(start) | space
  const length = colon - start
  if (initial === 99 /* c */) {
    if (length === 14 && is(text, start, colon, 'content-length')) readLength(head, text, colon + 1, end)
    else if (length === 10 && is(text, start, colon, 'connection')) {
      const value = text.slice(colon + 1, end).toLowerCase()
      if (value.includes('close')) head.keepAlive = false
      else if (value.includes('keep-alive')) head.keepAlive = true
    }
  } else if (initial === 116 /* t */) {
    if (length === 17 && is(text, start, colon, 'transfer-encoding'))
      head.chunked = /(^|[\s,])chunked\s*$/i.test(text.slice(colon + 1, end))
  } else if (initial === 115 /* s */) {
    if (length === 10 && is(text, start, colon, 'set-cookie')) head.setsCookies = true
  } else if (initial === 107 /* k */ && length === 10 && is(text, start, colon, 'keep-alive')) {
    const seconds = /timeout=(\d{1,6})/i.exec(text.slice(colon + 1, end))?.[1]
    if (seconds) head.idleMs = Number(seconds) * 1_000 || 1
  }
}

function readLength(head: ResponseHead, text: string, start: number, end: number): void {
  let at = start
  let last = end
  while (isBlank(text.charCodeAt(at))) at++
  while (last > at && isBlank(text.charCodeAt(last - 1))) last--
  if (at === last) throw malformed('bad content-length')
  let length = 0
  for (; at < last; at++) {
    const digit = text.charCodeAt(at) - zero
    if (!(digit >= 0 && digit <= 9)) throw malformed('bad content-length')
    length = length * 10 + digit
  }
  if (!Number.isSafeInteger(length)) throw malformed('bad content-length')
  if (head.length !== -1 && head.length !== length) throw malformed('two content-lengths')
  head.length = length
}

function isBlank(code: number): boolean {
  return code === space || code === 9
}

function is(text: string, start: number, end: number, name: string): boolean {
  return text.slice(start, end).toLowerCase() === name
}

function malformed(what: string): H1Error {
  return new H1Error('MALFORMED_HTTP', `the answer is not HTTP: ${what}`)
}

/** The header lines of a head as a record; names in lower case, repeated ones joined by commas (cookies by newlines). */
export function headersOf(text: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of text.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}${name === 'set-cookie' ? '\n' : ', '}${value}`
  }
  return headers
}
