import { KatydidError } from '../errors.ts'
import { type RequestOptions, urlencoded } from './http-options.ts'
import type { HttpBase, HttpOrigin } from './origin.ts'
import { requestTarget } from './request-head.ts'

/** Where a path or URL leads. Throws a KatydidError that says what is missing. */
export function locate(
  path: string,
  base: HttpBase | undefined,
  known: { origin(url: URL): HttpOrigin | undefined },
): { origin: HttpOrigin; target: string } {
  if (/^https?:\/\//i.test(path)) {
    const url = URL.parse(path)
    const origin = url ? known.origin(url) : undefined
    if (url && origin) return { origin, target: requestTarget(`${url.pathname}${url.search}`) }
    throw new KatydidError('LOAD_FILE', `a request to ${JSON.stringify(path)}, which is no URL`, {
      hint: 'use http://host:port/path',
    })
  }
  if (!base)
    throw new KatydidError('LOAD_FILE', `a request to ${JSON.stringify(path)}, but there is no host`, {
      hint: 'give --host (load.host), a static host of the user class, or an absolute URL',
    })
  return { origin: base.origin, target: requestTarget(`${base.prefix}${path.startsWith('/') ? '' : '/'}${path}`) }
}

/** A path with more of a query, before its fragment if it has one. */
export function withQuery(path: string, query: RequestOptions['query']): string {
  if (query === undefined) return path
  const text = typeof query === 'string' ? query.replace(/^\?/, '') : urlencoded(query)
  if (text === '') return path
  const hash = path.indexOf('#')
  const plain = hash === -1 ? path : path.slice(0, hash)
  return `${plain}${plain.includes('?') ? '&' : '?'}${text}`
}
