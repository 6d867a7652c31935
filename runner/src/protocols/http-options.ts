import { KatydidError } from '../errors.ts'
import { parseDuration } from '../plan/duration.ts'

/** Values as they go into a query or a form; `undefined` and `null` are left out, a list repeats its name. */
export type FieldValue = string | number | boolean | bigint | null | undefined
export type Fields = Record<string, FieldValue | readonly FieldValue[]>

/** HTTP Basic, as an object or as Locust's pair, or a bearer token. */
export type Auth =
  | { username: string; password: string }
  | { bearer: string }
  | readonly [username: string, password: string]

/** What a request can be told. */
export interface RequestOptions {
  /** Sent as JSON, `content-type: application/json`. */
  json?: unknown
  /** A record or URLSearchParams is sent urlencoded, FormData as multipart. */
  form?: Fields | URLSearchParams | FormData
  /** Sent as it is; a stream in chunks. */
  body?: string | Uint8Array | AsyncIterable<Uint8Array | string>
  /** Added to the client's; null or undefined takes a default one away. */
  headers?: Record<string, string | number | null | undefined>
  /** Added to the path's own query, and part of the default name. */
  query?: Fields | URLSearchParams | string
  /** Null sends none where the client has one. */
  auth?: Auth | null
  /** For the whole request with redirects and body: seconds, or '500ms'. Default: the plan's `http.timeout`. */
  timeout?: number | string
  /** What it is counted under. Default: path and query as given. */
  name?: string
  /** The task decides: the response is counted when its `using` scope ends. */
  catchResponse?: boolean
  /** Whether, or how often, redirects are followed. Default: the plan's `http.maxRedirects`. */
  redirect?: boolean | number
  /** For listeners of `events.request`. */
  context?: Record<string, unknown>
}

/** ms of a request's `timeout`. */
export function timeoutMsOf(timeout: number | string): number {
  const ms = parseDuration(timeout)
  if (ms > 0) return ms
  throw new KatydidError('LOAD_FILE', `a request's timeout is ${timeout}`, {
    hint: "give seconds above 0, or text such as '500ms'",
  })
}

/** How many redirects may be followed. */
export function redirectLimit(redirect: boolean | number | undefined, most: number): number {
  if (redirect === undefined || redirect === true) return most
  if (redirect === false) return 0
  if (Number.isInteger(redirect) && redirect >= 0) return redirect
  throw new KatydidError('LOAD_FILE', `a request's redirect is ${redirect}`, {
    hint: 'give true, false or how many may be followed',
  })
}

/** The value of an Authorization header. */
export function authorization(auth: Auth): string {
  if ('bearer' in auth) return `Bearer ${auth.bearer}`
  const [username, password] = 'username' in auth ? [auth.username, auth.password] : auth
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** As a browser encodes forms: spaces as `+`. */
export function urlencoded(fields: Fields | URLSearchParams): string {
  if (fields instanceof URLSearchParams) return fields.toString()
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(fields))
    for (const one of Array.isArray(value) ? (value as readonly FieldValue[]) : [value as FieldValue])
      if (one !== undefined && one !== null) params.append(name, String(one))
  return params.toString()
}
