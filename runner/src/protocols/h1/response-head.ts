/** What a connection must know of a response's head; everything else stays text until somebody asks. */
export interface ResponseHead {
  status: number
  /** Status line and header lines, without the empty line; each line on one line, ended by CRLF. */
  text: string
  /** Bytes of body: -1 unknown (chunked, or until the target closes). */
  length: number
  chunked: boolean
  /** Transfer codings besides chunked, in the order in which they were applied; usually ''. */
  codings: string
  keepAlive: boolean
  /** `Keep-Alive: timeout=N`, ms; 0 if the target did not say. */
  idleMs: number
  /** It has a Set-Cookie. */
  setsCookies: boolean
}

/**
 * The header lines of a head as a record without a prototype; names in lower case, repeated ones joined by commas (cookies by newlines).
 */
export function headersOf(text: string): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (const line of text.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = trimmed(line.slice(colon + 1))
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}${name === 'set-cookie' ? '\n' : ', '}${value}`
  }
  return headers
}

/** Without the blanks and line ends around it. `trim` takes more away, such as the last byte of an à in UTF-8. */
export function trimmed(value: string): string {
  let from = 0
  let end = value.length
  while (from < end && isBlank(value.charCodeAt(from))) from++
  while (end > from && isBlank(value.charCodeAt(end - 1))) end--
  return value.slice(from, end)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10
}
