import type { HeaderMap } from './request-head.ts'

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

/** Takes away what must not go along. */
export function dropForHop(headers: HeaderMap, what: { body: boolean; credentials: boolean }): void {
  if (what.body) for (const name of ['content-type', 'content-encoding', 'content-language']) headers.delete(name)
  if (what.credentials)
    for (const name of ['authorization', 'cookie', 'proxy-authorization', 'host']) headers.delete(name)
}
