import { cannotBeSent, headerText } from './header-value.ts'
import type { HeaderFields } from './http-options.ts'
import type { RequestBody } from './request-body.ts'
import { kindOf, RequestTypeError } from './request-error.ts'

/** Header names and values of one message, names in lower case. */
export type HeaderMap = Map<string, string>

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** What RFC 3986 does not allow in a path or query, and a percent sign that encodes nothing. `#` begins a fragment. */
const notInTarget = /[^!$-;=?-Z_a-z~]|%(?![\dA-Fa-f]{2})/
/** Headers that frame the message or the connection: ours to write. */
const framing = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'expect'])

/**
 * Writes user headers over defaults; null and undefined take one away. Throws RequestTypeError for what is no header. `mayTellLength`: a
 * request's own content-length stays, for whoever frames its body.
 */
export function overlay(into: HeaderMap, headers: HeaderFields, mayTellLength = false): HeaderMap {
  for (const [key, given] of entriesOf(headers)) {
    const name = String(key).toLowerCase()
    if (given === undefined || given === null) {
      into.delete(name)
      continue
    }
    if (!token.test(name)) throw cannotBeSent(String(key))
    if (framing.has(name) && !(mayTellLength && name === 'content-length'))
      throw new RequestTypeError(
        `the header ${JSON.stringify(key)} cannot be set`,
        'remove it: katydid sets it itself. To close connections, set http.keepAlive: false',
      )
    into.set(name, headerText(name, given))
  }
  return into
}

/** Names and values of a record, Headers, a Map or pairs. */
function entriesOf(headers: HeaderFields): Iterable<readonly [string, unknown]> {
  if (typeof headers !== 'object' || headers === null || ArrayBuffer.isView(headers)) throw noHeaders(headers)
  if (!(Symbol.iterator in headers)) return Object.entries(headers)
  const pairs = [...headers]
  for (const pair of pairs) if (!Array.isArray(pair) || pair.length !== 2) throw noHeaders(headers)
  return pairs
}

function noHeaders(given: unknown): RequestTypeError {
  return new RequestTypeError(
    `the request option headers is ${kindOf(given)}`,
    "give an object, Headers, a Map or pairs: { 'x-tenant': 'blue' }",
  )
}

/** The lines of a map, and back. */
export function headerLines(headers: HeaderMap): string {
  let lines = ''
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`
  return lines
}

export function headerMap(lines: string): HeaderMap {
  const headers: HeaderMap = new Map()
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return headers
}

/** What frames a body; servers expect a length of 0 where a method usually has one. */
export function framingLines(method: string, body: RequestBody['content'] | undefined): string {
  if (body === undefined)
    return method === 'POST' || method === 'PUT' || method === 'PATCH' ? 'content-length: 0\r\n' : ''
  if (typeof body === 'string') return `content-length: ${Buffer.byteLength(body)}\r\n`
  return body.length === undefined ? 'transfer-encoding: chunked\r\n' : `content-length: ${body.length}\r\n`
}

/**
 * A path and query as they may stand in a request line: what must be encoded is, as the WHATWG URL parser does it, and the rest that RFC 3986 does not allow,
 * too; what is encoded stays; without a fragment.
 */
export function requestTarget(path: string): string {
  if (!notInTarget.test(path)) return path
  const hash = path.indexOf('#')
  const url = hash === -1 ? path : path.slice(0, hash)
  return url.replace(/[^!$-;=?-Z_a-z~]+|%(?![\dA-Fa-f]{2})/gu, (text) => encodeURIComponent(text.toWellFormed()))
}
