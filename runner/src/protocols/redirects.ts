import type { HeaderMap } from './request-head.ts'
import { headerValues } from './response-headers.ts'

/** Whether an answer sends us elsewhere. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/**
 * Whether the next request is a GET without the body (RFC 9110 §15.4): after 303 always, after 301 and 302 for POST as every browser
 * does it.
 */
export function becomesGet(status: number, method: string): boolean {
  return status === 303
    ? method !== 'GET' && method !== 'HEAD'
    : (status === 301 || status === 302) && method === 'POST'
}

/**
 * Where an answer sends us, as a URL parser takes it. Undefined without a Location, and for an empty one, which browsers ignore, too. False for several that
 * differ: nobody can say which is meant, and browsers and curl refuse them.
 */
export function locationOf(head: string): string | false | undefined {
  const [location, ...more] = [...new Set(headerValues(head, 'location'))].filter((value) => value !== '')
  if (location === undefined || more.length > 0) return location === undefined ? undefined : false
  // what came are bytes: browsers encode them as they are
  return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Takes away what must not go along. */
export function dropForHop(headers: HeaderMap, what: { body: boolean; credentials: boolean }): void {
  if (what.body) for (const name of ['content-type', 'content-encoding', 'content-language']) headers.delete(name)
  if (what.credentials)
    for (const name of ['authorization', 'cookie', 'proxy-authorization', 'host']) headers.delete(name)
}
