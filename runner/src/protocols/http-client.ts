import { type InspectOptions, inspect } from 'node:util'
import { withoutCredentials } from '../plan/without-credentials.ts'
import { redact } from '../secrets/redactions.ts'
import { ClientEngines } from './client-engines.ts'
import { ClientHeaders } from './client-headers.ts'
import { CookieJar } from './cookies.ts'
import type { Engine } from './engine.ts'
import { type ExchangeOptions, exchangeOptions } from './exchange-options.ts'
import { HttpExchange } from './http-exchange.ts'
import { type Auth, authorization, type HeaderFields, type RequestOptions } from './http-options.ts'
import type { HttpResponse } from './http-response.ts'
import { locate, pathOf, withQuery } from './locate.ts'
import { checkName, checkOptions, refuseOtherSettings, thirdArgument } from './option-check.ts'
import type { HttpBase, HttpOrigin } from './origin.ts'
import { ofSaidLength, requestBody } from './request-body.ts'
import { kindOf, RequestTypeError } from './request-error.ts'
import { framingLines, headerLines, headerMap, overlay, requestTarget } from './request-head.ts'
import type { ExchangeSetting, HttpOwner } from './sender.ts'
import { abortedAtOnce } from './transport-errors.ts'

const slash = 47
const noOptions: RequestOptions = Object.freeze({})

/** @internal What clients of a process share, as they see it. */
export interface ClientSetting extends ExchangeSetting {
  /** Connections belong to all clients together. */
  readonly isShared: boolean
  /** For requests without options. */
  readonly plainOptions: ExchangeOptions
  readonly onRefusedCookie: () => void
  /** Reads a host as `--host` has it. */
  base(host: string): HttpBase
  /** Undefined for what is not HTTP. */
  origin(url: URL): HttpOrigin | undefined
  engine(origin: HttpOrigin): Engine
  /** The client is closed. */
  forget(client: HttpClient): void
  /** A task ended and left a response of `catchResponse` open. */
  warnUndisposed(): void
}

/**
 * The HTTP client of a user. It has its own cookies, default headers and (unless the run shares connections) connections. It
 * measures and counts every request. A status of 400 and above, or no response, is a failure. The client does not throw it.
 */
export class HttpClient {
  /** @internal */
  readonly protocol: ClientSetting
  /** @internal */
  readonly owner: HttpOwner
  #base: HttpBase | undefined
  #headers: ClientHeaders | undefined
  #cookies: CookieJar | undefined
  #rename: string | undefined
  #engines: ClientEngines | undefined
  #running: HttpExchange | undefined
  #alsoRunning: Set<HttpExchange> | undefined
  #unsettled: Set<HttpResponse> | undefined
  #closed = false
  #begun = 0

  /** @internal */
  constructor(protocol: ClientSetting, owner: HttpOwner) {
    this.protocol = protocol
    this.owner = owner
    this.#base = owner.host === undefined || owner.host === '' ? undefined : protocol.base(String(owner.host))
  }

  /** Sends a GET request: `await this.client.get('/products', { query: { page: 2 } })`. See `request`. */
  get(path: string | URL, options?: RequestOptions): Promise<HttpResponse>
  get(path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    return this.#call('GET', path, options, more)
  }

  /** Sends a POST request: `await this.client.post('/cart', { json: { id: 7 } })`. See `request`. */
  post(path: string | URL, options?: RequestOptions): Promise<HttpResponse>
  post(path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    return this.#call('POST', path, options, more)
  }

  /** Sends a PUT request. See `request`. */
  put(path: string | URL, options?: RequestOptions): Promise<HttpResponse>
  put(path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    return this.#call('PUT', path, options, more)
  }

  /** Sends a PATCH request. See `request`. */
  patch(path: string | URL, options?: RequestOptions): Promise<HttpResponse>
  patch(path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    return this.#call('PATCH', path, options, more)
  }

  /** Sends a DELETE request. See `request`. */
  delete(path: string | URL, options?: RequestOptions): Promise<HttpResponse>
  delete(path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    return this.#call('DELETE', path, options, more)
  }

  /** Sends a HEAD request. See `request`. */
  head(path: string | URL, options?: RequestOptions): Promise<HttpResponse>
  head(path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    return this.#call('HEAD', path, options, more)
  }

  /** Sends a OPTIONS request. See `request`. */
  options(path: string | URL, options?: RequestOptions): Promise<HttpResponse>
  options(path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    return this.#call('OPTIONS', path, options, more)
  }

  /**
   * Sends a request. The promise resolves when the response is complete, or with `stream` when its headers have arrived. A path
   * is appended to the host of the user. An absolute URL is used as it is.
   *
   *     const page = await this.client.request('PROPFIND', '/files')
   *
   * Rejects with RequestAborted if the run stops the user. Rejects with a TypeError with a `hint` if the method, the URL or an
   * option is wrong. Katydid then sends nothing.
   */
  request(method: string, path: string | URL, options?: RequestOptions): Promise<HttpResponse>
  request(method: string, path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    const verb = typeof method === 'string' ? method.toUpperCase() : ''
    if (/^[A-Z][A-Z-]*$/.test(verb) && verb !== 'CONNECT') return this.#call(verb, path, options, more)
    const what = typeof method === 'string' ? JSON.stringify(method) : kindOf(method)
    return Promise.reject(
      new RequestTypeError(
        `the method of a request is ${what}`,
        'use GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or another verb',
      ),
    )
  }

  /** The host of this user. Paths are appended to it. Name and password in it are not shown, but each request to it sends them. */
  get baseUrl(): string | undefined {
    return this.#base?.href
  }

  set baseUrl(url: string | URL | undefined) {
    const before = this.#base?.origin
    this.#base = url === undefined ? undefined : this.protocol.base(String(url))
    const now = this.#base?.origin
    if (now !== before) this.#engines?.move(before, now)
  }

  /**
   * Headers for every request of this user. Set or delete one, or replace all of them.
   *
   *     this.client.headers['x-tenant'] = 'blue'
   *     this.client.headers = { accept: 'application/json' }
   */
  get headers(): Record<string, string> {
    return this.#ownHeaders.record
  }

  set headers(fields: HeaderFields) {
    this.#ownHeaders.replace(fields)
  }

  /** Credentials for every request of this user to its own host. */
  get auth(): Auth | null | undefined {
    return this.#headers?.auth
  }

  set auth(auth: Auth | null | undefined) {
    this.#ownHeaders.auth = auth
  }

  /** The cookies of this user. */
  get cookies(): CookieJar {
    return (this.#cookies ??= new CookieJar(() => this.#base?.origin, this.protocol.onRefusedCookie))
  }

  /** Counts all requests of this user under one name, until the scope ends: `using _ = this.client.renameRequest('checkout')`. */
  renameRequest(name: string): Disposable {
    checkName(name)
    const before = this.#rename
    this.#rename = name
    return {
      [Symbol.dispose]: () => {
        this.#rename = before
      },
    }
  }

  /** @internal For whoever prints it: what was set, without secrets and without our own state. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const headers = this.#headers
    const shown = { baseUrl: this.baseUrl, ...(headers ? { headers: { ...this.headers } } : {}) }
    return redact(`HttpClient ${inspect(headers?.auth ? { ...shown, auth: '[redacted]' } : shown, options)}`)
  }

  /** @internal How many requests it has begun. */
  get begun(): number {
    return this.#begun
  }

  /** @internal A request is under way. */
  get isWaiting(): boolean {
    return this.#running !== undefined || (this.#alsoRunning?.size ?? 0) > 0
  }

  /** Aborts all current requests. Their promises reject with RequestAborted. A request that was sent counts as aborted. */
  abort(): void {
    this.#running?.abort()
    for (const exchange of [...(this.#alsoRunning ?? [])]) exchange.abort()
  }

  /** Closes the connections of this user, when its current requests are complete. Katydid calls it when the user ends. */
  close(): void {
    this.finishTask()
    this.#closed = true
    this.#running?.leaveBody()
    for (const exchange of [...(this.#alsoRunning ?? [])]) exchange.leaveBody()
    if (!this.#running && !this.#alsoRunning?.size) this.destroy()
    else this.closeConnections()
  }

  /** Closes the idle connections of this user. Has no effect if the run shares connections. */
  closeConnections(): void {
    if (!this.protocol.isShared) this.#engines?.closeIdle()
  }

  /** @internal A task is over: responses taken with `catchResponse` and never disposed are counted now, as they stand. */
  finishTask(): void {
    if (!this.#unsettled || this.#unsettled.size === 0) return
    for (const response of [...this.#unsettled]) response[Symbol.dispose]()
    this.protocol.warnUndisposed()
  }

  /** @internal The end of the run: nothing is waited for. */
  destroy(): void {
    this.#closed = true
    this.protocol.forget(this)
    this.abort()
    if (this.protocol.isShared) return
    this.#engines?.destroy()
    this.#engines = undefined
  }

  /** @internal */
  engine(origin: HttpOrigin): Engine {
    return (this.#engines ??= new ClientEngines(this.protocol)).of(origin, origin === this.#base?.origin)
  }

  /** @internal */
  origin(url: URL): HttpOrigin | undefined {
    return this.protocol.origin(url)
  }

  /** @internal */
  cookieHeader(origin: HttpOrigin, target: string): string {
    return this.#cookies && this.#cookies.size > 0 ? this.#cookies.header(origin, target) : ''
  }

  /** @internal */
  finished(exchange: HttpExchange): void {
    if (this.#running === exchange) this.#running = undefined
    else this.#alsoRunning?.delete(exchange)
    if (this.#closed && !this.#running && !this.#alsoRunning?.size) this.destroy()
  }

  /** @internal */
  unsettled(response: HttpResponse): void {
    ;(this.#unsettled ??= new Set()).add(response)
  }

  /** @internal */
  settled(response: HttpResponse): void {
    this.#unsettled?.delete(response)
  }

  #call(method: string, path: string | URL, options?: RequestOptions, more?: unknown): Promise<HttpResponse> {
    try {
      if (more !== undefined) throw thirdArgument()
      if (options !== undefined && options !== null) {
        checkOptions(options)
        return this.#withOptions(method, pathOf(path), options)
      }
      if (typeof path !== 'string' || path.charCodeAt(0) !== slash || !this.#base)
        return this.#withOptions(method, pathOf(path), noOptions)
      const { origin, prefix } = this.#base
      const target = requestTarget(prefix === '' ? path : prefix + path)
      const lines = this.#lines(origin, target)
      const head = `${method} ${target} HTTP/1.1\r\n${lines}${method === 'GET' ? '' : framingLines(method, undefined)}\r\n`
      const outgoing = { method, origin, target, head, body: undefined }
      return this.#send(new HttpExchange(this, outgoing, this.#rename ?? path, this.protocol.plainOptions))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  get #ownHeaders(): ClientHeaders {
    return (this.#headers ??= new ClientHeaders())
  }

  #lines(origin: HttpOrigin, target: string): string {
    const base = this.#base
    const lines = this.#headers || base?.auth ? this.#ownHeaders.lines(origin, base) : origin.fixedHead
    const cookie = this.cookieHeader(origin, target)
    return cookie === '' ? lines : `${lines}cookie: ${cookie}\r\n`
  }

  #send(exchange: HttpExchange): Promise<HttpResponse> {
    if (this.#closed) return abortedAtOnce()
    this.#begun++
    if (this.#running) (this.#alsoRunning ??= new Set()).add(exchange)
    else this.#running = exchange
    exchange.send()
    return exchange.promise
  }

  #withOptions(method: string, path: string, options: RequestOptions): Promise<HttpResponse> {
    const body = requestBody(options)
    let content = body?.content
    const given = withQuery(path, options.query)
    const { origin, target, credentials } = locate(given, this.#base, this.protocol, this.owner.onNoHost)
    let lines = this.#lines(origin, target)
    const { headers } = options
    const auth = options.auth === undefined ? credentials : options.auth
    if ((headers !== undefined && headers !== null) || auth !== undefined || body?.contentType) {
      const map = headerMap(lines)
      if (body?.contentType) map.set('content-type', body.contentType)
      if (auth === null) map.delete('authorization')
      else if (auth !== undefined) map.set('authorization', authorization(auth))
      if (headers !== undefined && headers !== null) overlay(map, headers, true)
      const length = map.get('content-length')
      if (length !== undefined) {
        content = ofSaidLength(content, length)
        map.delete('content-length')
      }
      lines = headerLines(map)
    }
    const head = `${method} ${target} HTTP/1.1\r\n${lines}${framingLines(method, content)}\r\n`
    const outgoing = { method, origin, target, head, body: content }
    const name = options.name ?? this.#rename ?? (credentials ? withoutCredentials(given) : given)
    return this.#send(new HttpExchange(this, outgoing, name, exchangeOptions(options, this.protocol.http)))
  }
}

refuseOtherSettings(HttpClient.prototype)
