import { KatydidError } from '../errors.ts'
import { parseDuration } from '../plan/duration.ts'
import { quote } from '../plan/quote.ts'
import { checkHeaderValue } from './header-value.ts'
import { kindOf, RequestTypeError } from './request-error.ts'

/** A value of a query or a form. `undefined` and `null` are left out, a Date is written as ISO 8601. */
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

/** What is sent urlencoded. A list repeats its name; objects are nested as `item[id]=1`; text is sent as it is. */
export type Fields =
  | string
  | URLSearchParams
  | ReadonlyMap<string, FieldValue>
  | Iterable<readonly [name: string, value: FieldValue]>
  | { readonly [name: string]: FieldValue }

/** A header's value; a list is joined with commas, null and undefined take the header away. */
type HeaderValue = string | number | boolean | bigint | readonly string[] | null | undefined

export type HeaderFields =
  | Record<string, HeaderValue>
  | Headers
  | ReadonlyMap<string, HeaderValue>
  | Iterable<readonly [name: string, value: HeaderValue]>

/** HTTP Basic, as an object or as Locust's pair, or a bearer token. */
export type Auth =
  | { username: string; password: string }
  | { bearer: string }
  | readonly [username: string, password: string]

/** What fetch takes as a body. */
type RequestBodyValue =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | FormData
  | URLSearchParams
  | AsyncIterable<Uint8Array | string>

/** What a request can be told. An unknown option, or one of the wrong type, is a TypeError. */
export interface RequestOptions {
  /** Sent as JSON, `content-type: application/json`. */
  json?: unknown
  /** Sent urlencoded; FormData as multipart. */
  form?: Fields | FormData | null
  /**
   * Sent as it is. A Blob, such as `openAsBlob` of a file, and FormData are read while they are sent, and never held in memory. A stream is sent in chunks, or
   * counted if a content-length header says how long it is.
   */
  body?: RequestBodyValue | null
  /** Added to the client's; null or undefined takes a default one away. */
  headers?: HeaderFields | null
  /** Added to the path's own query, and part of the default name. */
  query?: Fields | null
  /** Null sends none where the client has one. */
  auth?: Auth | null
  /** For the whole request with redirects and body: seconds, or '500ms'. Default: the plan's `http.timeout`. */
  timeout?: number | string
  /** What it is counted under. Default: path and query as given. */
  name?: string | null
  /**
   * The task decides: the response is counted when its `using` scope ends. Where the scope ends by a throw, the response is counted as it stands
   * then (by its status, or by the last `failure()` or `success()`), and what was thrown is an exception of the task as well.
   */
  catchResponse?: boolean
  /**
   * The response is there as soon as its head is; its body is read as it arrives: `for await (const chunk of response.body)`. It is counted when the last byte
   * has come, or when the loop is left before.
   */
  stream?: boolean
  /** Whether, or how often, redirects are followed; 'follow' and 'manual' as in fetch. Default: the plan's `http.maxRedirects`. */
  redirect?: boolean | number | 'follow' | 'manual'
  /** For listeners of `events.request`. */
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
