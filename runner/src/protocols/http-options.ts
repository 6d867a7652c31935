import { KatydidError } from '../errors.ts'
import { parseDuration } from '../plan/duration.ts'
import { quote } from '../plan/quote.ts'
import { checkHeaderValue } from './header-value.ts'
import { kindOf, RequestTypeError } from './request-error.ts'

/** A value of a query or a form. `undefined` and `null` are not sent. A Date is sent as ISO 8601. */
export type FieldValue =
  | string
  | number
  | boolean
  | bigint
  | Date
  | URL
  | null
  | undefined
  | readonly FieldValue[]
  | ReadonlySet<FieldValue>
  | ReadonlyMap<string, FieldValue>
  | { readonly [name: string]: FieldValue }

/**
 * Fields that are sent urlencoded. A list repeats its name: `{ id: [1, 2] }` is `id=1&id=2`. Objects are nested:
 * `{ item: { id: 1 } }` is `item[id]=1`. Text is sent as it is.
 */
export type Fields =
  | string
  | URLSearchParams
  | ReadonlyMap<string, FieldValue>
  | Iterable<readonly [name: string, value: FieldValue]>
  | { readonly [name: string]: FieldValue }

/** The value of a header. A list is joined with commas. `null` and `undefined` remove the header. */
type HeaderValue = string | number | boolean | bigint | readonly string[] | null | undefined

/** Headers: an object, `Headers`, a Map or pairs. */
export type HeaderFields =
  | Record<string, HeaderValue>
  | Headers
  | ReadonlyMap<string, HeaderValue>
  | Iterable<readonly [name: string, value: HeaderValue]>

/** Credentials: HTTP Basic (an object, or a pair as in Locust), or a bearer token. */
export type Auth =
  | { username: string; password: string }
  | { bearer: string }
  | readonly [username: string, password: string]

/** A request body, as `fetch` takes it. */
type RequestBodyValue =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | FormData
  | URLSearchParams
  | AsyncIterable<Uint8Array | string>

/**
 * Options of a request. An unknown option, or a value of the wrong type, is a TypeError. Katydid then sends nothing.
 *
 *     await this.client.post('/cart', { json: { id: 7 }, name: 'add to cart', timeout: 5 })
 */
export interface RequestOptions {
  /** A body that is sent as JSON, with `content-type: application/json`. */
  json?: unknown
  /** A body that is sent urlencoded. FormData is sent as multipart. */
  form?: Fields | FormData | null
  /**
   * A body that is sent as it is. Katydid reads a Blob (for example `openAsBlob` of a file) and FormData while it sends them. They
   * are never completely in memory. A stream is sent in chunks, or with its length if you set a `content-length` header.
   */
  body?: RequestBodyValue | null
  /** Headers in addition to those of the client. `null` or `undefined` removes a default header. */
  headers?: HeaderFields | null
  /** Fields that are added to the query of the path. They are part of the default `name`. */
  query?: Fields | null
  /** Credentials for this request. `null` sends none, even if the client has some. */
  auth?: Auth | null
  /** Time for the whole request, with redirects and body: seconds, or text such as `'500ms'`. Default: `http.timeout` of the plan. */
  timeout?: number | string
  /** The name that reports group by. Default: the path with its query. */
  name?: string | null
  /**
   * `true`: the task decides whether the request succeeded. The response counts when its `using` scope ends: by the last
   * `failure()` or `success()`, or else by its status. If the scope ends because the task throws, the response counts in the same
   * way, and the error also counts as an exception of the task.
   *
   *     using cart = await this.client.get('/cart', { catchResponse: true })
   *     if (cart.status === 401) cart.success()
   */
  catchResponse?: boolean
  /**
   * `true`: the request resolves when the headers have arrived. Read the body as it arrives, with
   * `for await (const chunk of response.body)`. The request counts when the last byte has arrived, or when you leave the loop.
   */
  stream?: boolean
  /**
   * Whether to follow redirects, or how many. `'follow'` and `'manual'` work as in `fetch`. Default: `http.maxRedirects` of the plan.
   */
  redirect?: boolean | number | 'follow' | 'manual'
  /** Data for listeners of `events.request`. */
  context?: Record<string, unknown> | null
}

const timeoutHint = "give a number of seconds above 0, or text such as '500ms'"

/** @internal ms of a request's `timeout`. */
export function timeoutMsOf(timeout: unknown): number {
  if (typeof timeout !== 'number' && typeof timeout !== 'string')
    throw new RequestTypeError(`the request option timeout is ${kindOf(timeout)}`, timeoutHint)
  let ms = 0
  try {
    ms = parseDuration(timeout)
  } catch (error) {
    if (!(error instanceof KatydidError)) throw error
  }
  if (ms > 0) return ms
  throw new RequestTypeError(`the request option timeout is ${quote(timeout)}`, timeoutHint)
}

/** @internal How many redirects may be followed. */
export function redirectLimit(redirect: unknown, most: number): number {
  if (redirect === undefined || redirect === true || redirect === 'follow') return most
  if (redirect === false || redirect === 'manual') return 0
  if (typeof redirect === 'number' && Number.isInteger(redirect) && redirect >= 0) return redirect
  const what =
    typeof redirect === 'string' || typeof redirect === 'number' ? JSON.stringify(redirect) : kindOf(redirect)
  throw new RequestTypeError(
    `the request option redirect is ${what}`,
    'give true, false or the highest number of redirects to follow',
  )
}

const authHint = 'give { username, password }, [username, password] or { bearer }'

/** @internal The value of an Authorization header. */
export function authorization(auth: Auth): string {
  if (typeof auth !== 'object' || auth === null) throw new RequestTypeError(`auth is ${kindOf(auth)}`, authHint)
  if ('bearer' in auth) return checkHeaderValue('authorization', `Bearer ${part('bearer', auth.bearer)}`)
  if (Array.isArray(auth) ? auth.length !== 2 : !('username' in auth))
    throw new RequestTypeError(`auth is ${kindOf(auth)} of an unknown form`, authHint)
  const [username, password] = 'username' in auth ? [auth.username, auth.password] : (auth as readonly string[])
  const pair = `${part('username', username)}:${part('password', password)}`
  // RFC 7617 §2: no control characters, though Base64 would carry them
  checkHeaderValue('authorization', pair, true)
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

function part(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new RequestTypeError(`auth has a ${name} that is ${kindOf(value)}`, `give text; ${authHint.slice(5)}`)
}
