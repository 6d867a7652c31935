import { headersOf, trimmed } from './h1/response-head.ts'

/** Finds headers whatever the case they are asked for in. */
const anyCase: ProxyHandler<Record<string, string>> = {
  get: (headers, name) => (typeof name === 'string' ? headers[name.toLowerCase()] : undefined),
  has: (headers, name) => typeof name === 'string' && name.toLowerCase() in headers,
  set: () => false,
}

/** The headers of a head's text as a record that does not care about case. */
export function responseHeaders(head: string): Readonly<Record<string, string>> {
  const headers = headersOf(head)
  if (headers['set-cookie'] !== undefined) headers['set-cookie'] = headers['set-cookie'].replaceAll('\n', ', ')
  return new Proxy(headers, anyCase)
}

/** The values of every header of that name, in their order. */
export function headerValues(head: string, name: string): string[] {
  const values: string[] = []
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    if (colon === name.length && line.slice(0, colon).toLowerCase() === name)
      values.push(trimmed(line.slice(colon + 1)))
  }
  return values
}

/** The values of every Set-Cookie. */
export function setCookies(head: string): string[] {
  return headerValues(head, 'set-cookie')
}
