import { createRequire } from 'node:module'
import type { Dispatcher } from 'undici'
import type { RunPlan } from '../plan/run-plan.ts'
import type { Engine, Transfer, TransferController } from './engine.ts'
import type { ResponseHead } from './h1/response-head.ts'
import type { HttpOrigin } from './origin.ts'
import type { HttpProxy } from './proxy.ts'
import { mayBeSentAgain } from './sent-again.ts'
import { isStreamed } from './streamed-body.ts'
import { pem, type TlsMaterial } from './tls.ts'

type Undici = typeof import('undici')

/** HTTP/2 (with ALPN, or with prior knowledge without TLS) and proxies, by undici, which is loaded when first needed. */
export class UndiciEngine implements Engine {
  readonly #origin: HttpOrigin
  readonly #make: () => Dispatcher
  #dispatcher: Dispatcher | undefined
  #justEnded = false
  #answered = false
  readonly #delayed = new Set<Transfer>()

  constructor(
    origin: HttpOrigin,
    options: RunPlan['http'],
    tls: TlsMaterial,
    proxy: HttpProxy | undefined,
    connections: number,
  ) {
    this.#origin = origin
    this.#make = () => makeDispatcher(origin, options, tls, proxy, connections)
  }

  /**
   * undici reuses a connection only a turn of the event loop after its answer. A user's next request waits for that, as it would have
   * to anyway, instead of opening a second connection.
   */
  dispatch(transfer: Transfer): void {
    if (!this.#justEnded) {
      this.#dispatch(transfer, false)
      return
    }
    this.#delayed.add(transfer)
    setImmediate(() => {
      if (this.#delayed.delete(transfer)) this.#dispatch(transfer, false)
    })
  }

  #dispatch(transfer: Transfer, again: boolean): void {
    const handler = new TransferHandler(
      transfer,
      () => this.#rest(),
      (error) => !again && this.#sendAgain(transfer, error),
    )
    try {
      this.#give(transfer, handler)
    } catch (error) {
      handler.onResponseError(null, error as Error) // what undici refuses, such as Proxy-Authorization among the headers
    }
  }

  #give(transfer: Transfer, handler: TransferHandler): void {
    this.#dispatcher ??= this.#make()
    const [line = '', ...lines] = transfer.head.split('\r\n')
    const headers: string[] = []
    for (const header of lines) {
      const colon = header.indexOf(':')
      const name = header.slice(0, Math.max(0, colon))
      // undici frames messages itself, and takes the host from the origin
      if (
        name === '' ||
        (name === 'content-length' && !isStreamed(transfer.body)) ||
        name === 'transfer-encoding' ||
        name === 'connection'
      )
        continue
      if (name === 'host' && header.endsWith(` ${this.#origin.href.split('//')[1]}`)) continue
      headers.push(name, header.slice(colon + 2))
    }
    const body = transfer.body === undefined || transfer.body === '' ? null : transfer.body
    this.#dispatcher.dispatch(
      {
        origin: this.#origin.href,
        path: line.split(' ', 2)[1] ?? '/',
        method: transfer.method,
        headers,
        body: body as string | Buffer | null,
        reset: !transfer.keepAlive,
        idempotent: false, // undici sends only what it may not send twice once
      },
      handler,
    )
  }

  /** As the engine of our own does it; which connection it was is not told, but once there was an answer, it is most likely a kept one. */
  #sendAgain(transfer: Transfer, error: Error): boolean {
    const { code } = error as NodeJS.ErrnoException
    const closed = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
    if (!closed || !this.#answered || !mayBeSentAgain(transfer)) return false
    transfer.onRetry()
    this.#dispatch(transfer, true)
    return true
  }

  #rest(): void {
    this.#answered = true
    if (this.#justEnded) return
    this.#justEnded = true
    setImmediate(() => {
      this.#justEnded = false
    })
  }

  cancel(transfer: Transfer): boolean {
    return this.#delayed.delete(transfer) // of what is dispatched, the handler is the controller from the start
  }

  closeIdle(): void {
    const dispatcher = this.#dispatcher
    this.#dispatcher = undefined
    dispatcher?.close().catch(() => {})
  }

  destroy(): void {
    this.#answered = false
    this.#dispatcher?.destroy().catch(() => {})
    this.#dispatcher = undefined
  }
}

/** Tells a transfer in its own words what undici says. */
class TransferHandler implements Dispatcher.DispatchHandler, TransferController {
  readonly #transfer: Transfer
  readonly #onEnd: () => void
  readonly #sendAgain: (error: Error) => boolean
  #controller: Dispatcher.DispatchController | undefined
  #given: Error | undefined
  #over = false
  #head = false

  constructor(transfer: Transfer, onEnd: () => void, sendAgain: (error: Error) => boolean) {
    this.#transfer = transfer
    this.#onEnd = onEnd
    this.#sendAgain = sendAgain
    transfer.onStart(this)
  }

  abort(reason: Error): void {
    this.#given = reason
    this.#controller?.abort(reason)
    this.#end(reason)
  }

  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    this.#controller?.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#given) controller.abort(this.#given)
    else this.#transfer.onSent()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#head = true
    if (!this.#over && status >= 200) this.#transfer.onHead(responseHead(status, headers))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#over) this.#transfer.onBody(chunk, 0, chunk.length)
  }

  onResponseEnd(): void {
    if (this.#over) return
    this.#over = true
    this.#onEnd()
    this.#transfer.onEnd()
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (!this.#over && this.#controller && !this.#head && this.#sendAgain(error)) this.#over = true
    this.#end(error)
  }

  #end(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#transfer.onError(error)
  }
}

function responseHead(status: number, headers: Record<string, string | string[] | undefined>): ResponseHead {
  let text = `HTTP/1.1 ${status}`
  for (const [name, values] of Object.entries(headers)) {
    if (name.startsWith(':')) continue
    for (const value of Array.isArray(values) ? values : [values]) text += `\r\n${name}: ${value ?? ''}`
  }
  const length = Number(headers['content-length'] ?? -1)
  const setsCookies = headers['set-cookie'] !== undefined
  return { status, text, length, chunked: false, codings: codings(headers), keepAlive: true, idleMs: 0, setsCookies }
}

/** undici undoes chunked, and nothing else. */
function codings({ 'transfer-encoding': said }: Record<string, string | string[] | undefined>): string {
  if (said === undefined) return ''
  const names = String(said).toLowerCase().split(',')
  return names.filter((name) => name.trim() !== 'chunked').join(',')
}

function makeDispatcher(
  { href, secure, target }: HttpOrigin,
  options: RunPlan['http'],
  tls: TlsMaterial,
  proxy: HttpProxy | undefined,
  connections: number,
): Dispatcher {
  const { Client, Pool, ProxyAgent } = createRequire(import.meta.url)('undici') as Undici
  const { connectTimeout, http2 } = options
  const certificates = { ...pem(tls), rejectUnauthorized: !tls.insecure }
  const common = {
    allowH2: http2,
    // the whole request has a deadline of its own
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout,
    keepAliveTimeout: 600_000,
  }
  const lookup = target.lookup ? { lookup: target.lookup } : {}
  if (proxy) {
    const handshake = { ...certificates, timeout: connectTimeout }
    return new ProxyAgent({
      uri: proxy.href,
      ...common,
      ...(Number.isFinite(connections) ? { connections } : {}),
      requestTls: handshake,
      // given proxyTls, undici speaks TLS to a SOCKS proxy, which knows none; and it takes a name and a password of its URL as they are encoded there
      ...(proxy.socks ? proxy.credentials : { proxyTls: handshake }),
    })
  }
  const client = {
    ...common,
    connect: { ...certificates, ...lookup, ...(http2 ? { preferH2: true } : {}) },
    ...(http2 && !secure ? { useH2c: true } : {}),
  }
  // over HTTP/2 requests of a user share its one connection
  if (http2 && Number.isFinite(connections)) return new Client(href, client)
  return new Pool(href, { ...client, ...(Number.isFinite(connections) ? { connections } : {}) })
}
