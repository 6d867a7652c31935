import { isIP } from 'node:net'
import type { RunPlan } from '../plan/run-plan.ts'
import type { Meter } from '../stats/meter.ts'
import type { WaitingVisitor } from '../stats/under-way.ts'
import { Deadlines } from './deadlines.ts'
import { cachedLookup } from './dns-cache.ts'
import { acceptEncoding } from './encodings.ts'
import type { Engine } from './engine.ts'
import { type ExchangeOptions, exchangeOptions } from './exchange-options.ts'
import { H1Client } from './h1/h1-client.ts'
import { SocketBudget } from './h1/socket-budget.ts'
import { type ClientSetting, HttpClient } from './http-client.ts'
import { HttpExchange } from './http-exchange.ts'
import { httpHost } from './http-host.ts'
import type { HttpBase, HttpOrigin } from './origin.ts'
import { type HttpProxy, ignoredProxy, readProxy } from './proxy.ts'
import type { RequestGate } from './request-gate.ts'
import { requestTarget } from './request-head.ts'
import type { HttpOwner } from './sender.ts'
import { readTls, type TlsMaterial, tlsOptions } from './tls.ts'
import { UndiciEngine } from './undici-engine.ts'
import { credentialsOf } from './url-credentials.ts'

export type { HttpOwner, HttpTrace } from './sender.ts'

type Env = Readonly<Record<string, string | undefined>>

/** A user's own connections to one origin: as many as browsers open. */
const connectionsPerUser = 6

/** HTTP for all users of a process and one run: what they share, and their end. */
export class HttpProtocol implements ClientSetting {
  readonly http: RunPlan['http']
  readonly meter: Meter
  readonly deadlines: Deadlines
  readonly sockets: SocketBudget
  /** For requests without options. */
  readonly plainOptions: ExchangeOptions
  /** Where every request waits for its turn; left out: nowhere. */
  gate: RequestGate | undefined = undefined
  /** Called once, when the process has as many sockets open as it may. */
  onFileLimit: (() => void) | undefined
  /** Called once for each name that cannot be looked up, with the resolver's code: ENOTFOUND, EAI_AGAIN. */
  onUnknownName: ((name: string, code: string) => void) | undefined
  /** Called once for each kind of mistake in a load file that is no error, and for what of the environment is not done. */
  onWarning: ((text: string) => void) | undefined
  readonly #env: Env
  readonly #tls: TlsMaterial
  readonly #proxy: HttpProxy | undefined
  readonly #lookup = cachedLookup(undefined, undefined, (name, code) => this.onUnknownName?.(name, code))
  readonly #origins = new Map<string, HttpOrigin>()
  readonly #bases = new Map<string, HttpBase>()
  readonly #clients = new Set<HttpClient>()
  readonly #shared = new Map<HttpOrigin, Engine>()
  readonly #warned = new Set<string>()

  /** Throws a KatydidError for TLS files that are none and for a proxy that we do not speak to. */
  constructor(options: RunPlan['http'], meter: Meter, env: Env = process.env) {
    this.http = options
    this.meter = meter
    this.deadlines = new Deadlines(() => meter.now())
    this.sockets = new SocketBudget(() => this.onFileLimit?.())
    this.plainOptions = exchangeOptions({}, options)
    this.#env = env
    this.#tls = readTls(options, env)
    this.#proxy = readProxy(options)
  }

  client(owner: HttpOwner): HttpClient {
    const client = new HttpClient(this, owner)
    this.#clients.add(client)
    return client
  }

  /** Every request that waits for its answer; one that our own limit holds back waits for us. A streamed one has been answered. */
  eachWaiting(visit: WaitingVisitor): void {
    this.deadlines.each((entry) => {
      if (!(entry instanceof HttpExchange) || entry.stream || this.gate?.holds(entry)) return
      visit(entry.countedMethod, entry.name, entry.startedAt)
    })
  }

  /** The run is over: closes everything. What is still under way counts as aborted. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy()
    for (const engine of this.#shared.values()) engine.destroy()
    this.#shared.clear()
    this.deadlines.close()
    this.gate?.close()
  }

  /** @internal */
  get isShared(): boolean {
    return this.http.connections === 'shared'
  }

  /** @internal */
  forget(client: HttpClient): void {
    this.#clients.delete(client)
  }

  /** @internal */
  warnUndisposed(): void {
    this.#warn(
      'a response with catchResponse: true was still open when its task ended, and was counted with its current result. Write using response = await …, which closes it',
    )
  }

  /** @internal One for all users: told by their cookie jars. */
  readonly onRefusedCookie = (): void =>
    this.#warn(
      'the target sets Secure cookies over http: katydid ignores them, as browsers do. Use https, or localhost',
    )

  #warn(text: string): void {
    if (this.#warned.has(text)) return
    this.#warned.add(text)
    if (this.onWarning) this.onWarning(text)
    else process.emitWarning(text)
  }

  /** @internal What a user talks to an origin through. */
  engine(origin: HttpOrigin): Engine {
    if (!this.isShared) return this.#makeEngine(origin, connectionsPerUser)
    let engine = this.#shared.get(origin)
    if (!engine) this.#shared.set(origin, (engine = this.#makeEngine(origin, Number.POSITIVE_INFINITY)))
    return engine
  }

  /** @internal Undefined for what is not HTTP. */
  origin(url: URL): HttpOrigin | undefined {
    const known = this.#origins.get(url.origin)
    if (known) return known
    const secure = url.protocol === 'https:'
    if ((!secure && url.protocol !== 'http:') || url.hostname === '') return undefined
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const lookup = isIP(host) === 0 ? { lookup: this.#lookup } : {}
    const servername = isIP(host) === 0 ? { servername: host } : {}
    const origin: HttpOrigin = {
      href: url.origin,
      secure,
      fixedHead: [
        `host: ${url.host}`,
        `connection: ${this.http.keepAlive ? 'keep-alive' : 'close'}`,
        'user-agent: katydid',
        'accept: */*',
        `accept-encoding: ${acceptEncoding}`,
        '',
      ].join('\r\n'),
      target: {
        host,
        port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
        connectTimeoutMs: this.http.connectTimeout,
        sockets: this.sockets,
        ...lookup,
        ...(secure ? { tls: { ...tlsOptions(this.#tls), ...servername } } : {}),
      },
    }
    this.#origins.set(url.origin, origin)
    const ignored = ignoredProxy(origin, this.#proxy, this.#env)
    if (ignored !== undefined) this.#warn(ignored)
    return origin
  }

  /** @internal Reads a host as `--host` has it. */
  base(host: string): HttpBase {
    const known = this.#bases.get(host)
    if (known) return known
    const url = httpHost(host)
    const origin = this.origin(url) as HttpOrigin
    const prefix = requestTarget(url.pathname.replace(/\/+$/, ''))
    const base: HttpBase = { origin, prefix, auth: credentialsOf(url), href: origin.href + prefix }
    this.#bases.set(host, base)
    return base
  }

  #makeEngine(origin: HttpOrigin, connections: number): Engine {
    if (this.http.http2 || this.#proxy) return new UndiciEngine(origin, this.http, this.#tls, this.#proxy, connections)
    return new H1Client(origin.target, connections)
  }
}
