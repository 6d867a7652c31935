import { KatydidError } from '../errors.ts'
import { withoutCredentials } from '../plan/without-credentials.ts'
import { urlencoded } from './form-fields.ts'
import type { RequestOptions } from './http-options.ts'
import type { HttpBase, HttpOrigin } from './origin.ts'
import { kindOf, RequestTypeError } from './request-error.ts'
import { requestTarget } from './request-head.ts'
import { type Credentials, credentialsOf } from './url-credentials.ts'

export interface Located {
  readonly origin: HttpOrigin
  readonly target: string
  /** Of an absolute URL that has them. */
  readonly credentials: Credentials | undefined
}

/** What the first argument of a request says. */
export function pathOf(path: unknown): string {
  if (typeof path === 'string') return path
  if (path instanceof URL) return path.href
  throw new RequestTypeError(
    `the path of a request is ${kindOf(path)}`,
    "give text or a URL: get('/products'), get('https://shop.example.com/products')",
  )
}

/** Where a path or URL leads. Throws an error that says what is missing. */
export function locate(
  path: string,
  base: HttpBase | undefined,
  known: { origin(url: URL): HttpOrigin | undefined },
  onNoHost?: () => void,
): Located {
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|https?:)/i.test(path)) {
    const url = /^https?:\/\//i.test(path) ? URL.parse(path) : null
    const origin = url ? known.origin(url) : undefined
    if (url && origin)
      return { origin, target: requestTarget(`${url.pathname}${url.search}`), credentials: credentialsOf(url) }
    throw new RequestTypeError(
      `a request to ${JSON.stringify(withoutCredentials(path))} is not possible: this is not an http or https URL`,
      'write it like http://host:port/path',
    )
  }
  if (!base) {
    onNoHost?.()
    throw new KatydidError('LOAD_FILE', `a request to ${JSON.stringify(path)}, but there is no host`, {
      hint: 'set --host, load.host in a values file, or static host in the user class; or use an absolute URL',
    })
  }
  const target = requestTarget(`${base.prefix}${path.startsWith('/') ? '' : '/'}${path}`)
  return { origin: base.origin, target, credentials: undefined }
}

/** A path with more of a query, before its fragment if it has one. */
export function withQuery(path: string, query: RequestOptions['query'] | null): string {
  if (query === undefined || query === null) return path
  const text = typeof query === 'string' ? query.replace(/^\?/, '').replaceAll('#', '%23') : urlencoded('query', query)
  if (text === '') return path
  const hash = path.indexOf('#')
  const plain = hash === -1 ? path : path.slice(0, hash)
  return `${plain}${plain.includes('?') ? '&' : '?'}${text}`
}
