import { KatydidError } from '../errors.ts'
import type { RequestBody } from './request-body.ts'

/** Header names and values of one message, names in lower case. */
export type HeaderMap = Map<string, string>

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header must not have
const notInValue = /[\0-\x08\x0a-\x1f\x7f\u0100-\uffff]/
/** Anything but visible ASCII without `"` and `#`. */
const notInTarget = /[^!$-~]/
/** Headers that frame the message or the connection: ours to write. */
const framing = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'expect'])

/** Writes user headers over defaults; null and undefined take one away. */
export function overlay(into: HeaderMap, headers: Record<string, string | number | null | undefined>): HeaderMap {
  for (const [key, given] of Object.entries(headers)) {
    const name = key.toLowerCase()
    if (given === undefined || given === null) {
      into.delete(name)
      continue
    }
    const value = String(given)
    if (!token.test(name) || notInValue.test(value))
      throw new KatydidError('LOAD_FILE', `the header ${JSON.stringify(key)} cannot be sent`, {
        hint: 'names are letters, digits and dashes; values have no line breaks and only Latin-1',
      })
    if (framing.has(name))
      throw new KatydidError('LOAD_FILE', `the header ${JSON.stringify(key)} cannot be set`, {
        hint: 'katydid frames messages itself; http.keepAlive: false closes connections',
      })
    into.set(name, value)
  }
  return into
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
  if (Buffer.isBuffer(body)) return `content-length: ${body.length}\r\n`
  return 'transfer-encoding: chunked\r\n'
}

/** A path and query as they may stand in a request line: escaped where they must be, without a fragment. */
export function requestTarget(path: string): string {
  if (!notInTarget.test(path)) return path
  const hash = path.indexOf('#')
  const url = hash === -1 ? path : path.slice(0, hash)
  return notInTarget.test(url)
    ? url.replace(/[^!$-~]+/gu, (text) => encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27'))
    : url
}
