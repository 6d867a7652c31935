import type { HttpOrigin } from './origin.ts'
import { becomesGet, dropForHop, locationOf } from './redirects.ts'
import type { RequestBody } from './request-body.ts'
import { framingLines, headerLines, headerMap, requestTarget } from './request-head.ts'
import { isRepeatable } from './streamed-body.ts'
import { TransportError } from './transport-errors.ts'
import { hideCredentials } from './url-credentials.ts'

/** A request as it goes out. */
export interface Outgoing {
  readonly method: string
  readonly origin: HttpOrigin
  readonly target: string
  readonly head: string
  readonly body: RequestBody['content'] | undefined
}

/** Who knows origins and cookies. */
export interface HopContext {
  origin(url: URL): HttpOrigin | undefined
  cookieHeader(origin: HttpOrigin, target: string): string
}

/**
 * The request that a redirect asks for. Undefined if the redirect is the answer: it leads to another kind of URL (mailto:, the link of an app), or its body
 * cannot be sent again. An error if nobody can tell where it leads.
 */
export function redirectHop(
  sent: Outgoing,
  status: number,
  head: string,
  context: HopContext,
): Outgoing | TransportError | undefined {
  const location = locationOf(head)
  if (location === undefined) return undefined
  const url = location === false ? null : URL.parse(location, `${sent.origin.href}${sent.target}`)
  if (!url) return new TransportError('BAD_LOCATION')
  const origin = context.origin(url)
  if (!origin) return undefined
  hideCredentials(url) // and not sent: RFC 9110 §4.2.4 distrusts them in a reference that comes from elsewhere
  const toGet = becomesGet(status, sent.method)
  const body = toGet ? undefined : sent.body
  if (!isRepeatable(body)) return undefined // a stream is spent

  const method = toGet ? 'GET' : sent.method
  const target = requestTarget(`${url.pathname}${url.search}`)
  const headers = headerMap(sent.head.slice(sent.head.indexOf('\r\n')))
  dropForHop(headers, { body: body === undefined, credentials: origin !== sent.origin })
  for (const name of ['cookie', 'content-length', 'transfer-encoding']) headers.delete(name)
  if (!headers.has('host')) headers.set('host', hostOf(origin))
  const cookie = context.cookieHeader(origin, target)
  if (cookie !== '') headers.set('cookie', cookie)
  const lines = `${headerLines(headers)}${framingLines(method, body)}`
  return { method, origin, target, head: `${method} ${target} HTTP/1.1\r\n${lines}\r\n`, body }
}

/** What the Host header says. */
function hostOf(origin: HttpOrigin): string {
  return origin.href.slice(origin.href.indexOf('//') + 2)
}
