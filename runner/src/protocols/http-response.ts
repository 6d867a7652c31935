import { type InspectOptions, inspect } from 'node:util'
import { KatydidError } from '../errors.ts'
import { redact } from '../secrets/redactions.ts'
import { errorName } from '../stats/error-name.ts'
import type { BodyStream } from './body-stream.ts'
import { decodeBody, decodeText } from './encodings.ts'
import { responseHeaders } from './response-headers.ts'
import { decodeStream } from './stream-decoding.ts'
import { RequestAborted, TransportError } from './transport-errors.ts'

/** The body cannot be read: it broke off, is not JSON, is badly encoded or too long, or there was no response. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
}

/** @internal What a response keeps of its request. */
export interface Answered {
  readonly method: string
  readonly name: string
  readonly status: number
  readonly responseHead: string
  /** Transfer codings that the body still has; usually ''. */
  readonly transferCodings: string
  /** As received; undefined when it was empty, or more than `maxBodyBytes`. */
  readonly kept: Buffer | undefined
  readonly received: number
  readonly maxBodyBytes: number
  readonly elapsedMs: number
  readonly url: string
  readonly error: TransportError | undefined
  /** Counts a response that its task decides about, under an error or as a success. */
  settle(response: HttpResponse, error: string | undefined, exception: unknown): void
}

/**
 * The response to a request. It is complete: you do not need `await` to read it. Only a request with `stream` has a body that
 * still arrives. A request without a response has `status` 0 and an `error`.
 *
 *     const page = await this.client.get('/products')
 *     if (page.ok) console.log(page.json())
 */
export class HttpResponse implements Disposable {
  /** The status code. 0 if there was no response. */
  readonly status: number
  readonly #answered: Answered
  readonly #stream: BodyStream | undefined
  #elapsedMs: number
  #error: TransportError | undefined
  #open: boolean
  #verdict: { error: string | undefined; exception: unknown } | undefined
  #headers: Record<string, string> | undefined
  #decoded: Buffer | undefined

  /** @internal */
  constructor(answered: Answered, open: boolean, stream?: BodyStream) {
    this.status = answered.status
    this.#elapsedMs = answered.elapsedMs
    this.#error = answered.error
    this.#answered = answered
    this.#stream = stream
    this.#open = open
  }

  /** Time from the request to the last byte of the response, with redirects, in ms. With `stream`: to the headers, until the body has ended. */
  get elapsedMs(): number {
    return this.#elapsedMs
  }

  /** Why there was no response, or why a streamed body broke off. Reports show its `code`. */
  get error(): TransportError | undefined {
    return this.#error
  }

  /** Whether there was a response with a status below 400. */
  get ok(): boolean {
    return this.status > 0 && this.status < 400
  }

  /** The URL of the response, after redirects. */
  get url(): string {
    return this.#answered.url
  }

  /** Headers by name, in upper or lower case: `headers['content-type']`. Repeated headers are joined with `, `. */
  get headers(): Readonly<Record<string, string>> {
    return (this.#headers ??= responseHeaders(this.#answered.responseHead))
  }

  /**
   * The decoded body. With `stream` you get chunks as they arrive, and can read them once. Without `stream` you get one chunk. If
   * you leave the loop before the end, Katydid closes the connection.
   *
   *     for await (const chunk of response.body) size += chunk.length
   *
   * Throws a BodyError if the body breaks off or is badly encoded.
   */
  get body(): AsyncIterable<Buffer> {
    return this.#stream ? this.#streamed(this.#stream) : this.#whole()
  }

  /** @internal A streamed body has ended. */
  ended(): void {
    this.#elapsedMs = this.#answered.elapsedMs
    this.#error = this.#answered.error
  }

  /** @internal For whoever prints it, without secrets: a path or a header may have one in it. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { status, url, elapsedMs, error, headers } = this
    return redact(`HttpResponse ${inspect({ status, url, elapsedMs, ...(error ? { error } : {}), headers }, options)}`)
  }

  /** The body, decoded by its Content-Encoding. Throws a BodyError if that is not possible, and for a request with `stream`. */
  bytes(): Buffer {
    return (this.#decoded ??= this.#decode())
  }

  /**
   * The body as text. Its encoding comes from the byte order mark, or else from the `charset` of the Content-Type, or else it is
   * UTF-8. Throws a BodyError like `bytes()`.
   */
  text(): string {
    const bytes = this.bytes()
    return bytes.length === 0 ? '' : decodeText(bytes, this.headers['content-type'])
  }

  /** The body as JSON: `response.json<{ items: string[] }>().items`. Throws a BodyError if it is not JSON. */
  json<T = unknown>(): T {
    const bytes = this.bytes()
    try {
      const text = bytes.toString('utf8')
      // of ASCII, which most JSON is, nobody has to look at the charset; a stray byte becomes one character, which is none of ASCII's
      const ascii = text.length === bytes.length && !text.includes('\ufffd')
      return JSON.parse(ascii && bytes[1] !== 0 && bytes[0] !== 0 ? text : this.text()) as T
    } catch (cause) {
      throw this.#bodyError(bytes.length === 0 ? 'an empty body is not JSON' : 'the body is not JSON', cause)
    }
  }

  /**
   * Counts the response as failed. Reports show the reason. Needs `catchResponse`. The last call of `failure()` or `success()`
   * before the `using` scope ends decides.
   *
   * @throws KatydidError if the response is already counted
   */
  failure(reason: string | Error): void {
    this.#decide('failure', { error: errorName(reason), exception: reason instanceof Error ? reason : undefined })
  }

  /** Counts the response as a success, whatever its status. Needs `catchResponse`. Throws like `failure()`. */
  success(): void {
    this.#decide('success', { error: undefined, exception: undefined })
  }

  /** Called at the end of the `using` scope: counts the response. */
  [Symbol.dispose](): void {
    if (!this.#open) return
    this.#open = false
    const verdict = this.#verdict ?? { error: failureOf(this.status, this.error), exception: this.error }
    this.#answered.settle(this, verdict.error, verdict.exception)
  }

  #decide(method: string, verdict: { error: string | undefined; exception: unknown }): void {
    if (!this.#open)
      throw new KatydidError('LOAD_FILE', `${method}() was called too late: ${this.#what} is already counted`, {
        hint: 'make the request with catchResponse: true, and decide before its `using` scope (or its task) ends',
      })
    this.#verdict = verdict
  }

  async *#whole(): AsyncGenerator<Buffer> {
    const bytes = this.bytes()
    if (bytes.length > 0) yield bytes
  }

  async *#streamed(stream: BodyStream): AsyncGenerator<Buffer> {
    const encodings = this.#encodings
    try {
      yield* encodings === '' ? stream : decodeStream(stream, encodings)
    } catch (cause) {
      if (cause instanceof TransportError) throw this.#bodyError(`the body ended too early (${cause.code})`, cause)
      if (encodings === '' || cause instanceof RequestAborted || cause instanceof TypeError) throw cause
      throw this.#notEncodedSo(encodings, cause)
    }
  }

  /** All that the body was encoded with, in order; usually ''. */
  get #encodings(): string {
    const { responseHead, transferCodings } = this.#answered
    const content = /\ncontent-encoding:/i.test(responseHead) ? (this.headers['content-encoding'] ?? '') : ''
    return content === '' || transferCodings === '' ? content + transferCodings : `${content}, ${transferCodings}`
  }

  #decode(): Buffer {
    if (this.#stream)
      throw this.#bodyError('the body is a stream: read it with for await (const chunk of response.body)')
    const { kept, received, maxBodyBytes, error } = this.#answered
    if (error) throw this.#bodyError(`there is no response (${error.code})`, error)
    if (!kept && received > 0)
      throw this.#bodyError(`the body is longer than http.maxBodyBytes (${maxBodyBytes}): raise this limit to read it`)
    if (!kept) return Buffer.alloc(0)
    const encoding = this.#encodings
    if (encoding === '') return kept
    try {
      return decodeBody(kept, encoding, maxBodyBytes)
    } catch (cause) {
      const large = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      if (large)
        throw this.#bodyError(
          `the decoded body is longer than http.maxBodyBytes (${maxBodyBytes}): raise this limit to read it`,
          cause,
        )
      throw this.#notEncodedSo(encoding, cause)
    }
  }

  #notEncodedSo(encodings: string, cause: unknown): BodyError {
    const why =
      cause instanceof RangeError ? `it has ${cause.message}` : `the body is not valid ${encodings.slice(0, 60)}`
    return this.#bodyError(why, cause)
  }

  get #what(): string {
    return `${this.#answered.method} ${this.#answered.name}`
  }

  // no text of the body in it: exceptions are grouped by their messages
  #bodyError(why: string, cause?: unknown): BodyError {
    return new BodyError(`${this.#what}: ${why}`, cause === undefined ? undefined : { cause })
  }
}

/** @internal The default rule: no answer, or a status of 400 and above. */
export function failureOf(status: number, error: TransportError | undefined): string | undefined {
  return error ? error.code : status >= 400 ? `HTTP ${status}` : undefined
}
