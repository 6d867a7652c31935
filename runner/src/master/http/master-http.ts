import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KatydidError, messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Output } from '../../outputs/output.ts'
import { MetricsPage } from '../../outputs/prometheus/metrics-page.ts'
import { type Published, RunPublisher } from '../../outputs/published/published.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import { redact } from '../../secrets/redactions.ts'
import { Connections } from './connections.ts'
import { type Reply, send, text } from './reply.ts'
import { type Route, routeOf, type Served } from './routes.ts'
import { ServedFiles } from './served-files.ts'
import { SharedBytes, VerdictPage } from './shared-bytes.ts'
import { VerdictJobs } from './verdict-jobs.ts'

export interface MasterHttpOptions {
  /** Left out: all addresses of this machine. */
  host?: string | undefined
  /** Default 8089, as in Locust; 0 takes a free port. */
  port?: number | undefined
  log: Pick<Log, 'info' | 'warn'>
  /** Tells this run from the next one at the same address. Left out: a random one. */
  run?: string | undefined
  /** Removes secrets from what is published. Left out: secrets that load files and plans named. */
  redact?: Redact | undefined
  limits?: Partial<HttpLimits> | undefined
}

/** What a slow, silent or hostile client may cost. */
export interface HttpLimits {
  /** Most connections. For a further one, the connection that was idle for longest makes room. */
  connections: number
  /** Most requests that wait for the verdict at a time. Others get the run's progress at once. */
  waiters: number
  /** From the connection to the end of the request's headers. */
  headersMs: number
  /** Without a byte in either direction; above the longest `wait`. */
  idleMs: number
  /** From the answer's first byte to its last. */
  answerMs: number
}

const defaultLimits: HttpLimits = { connections: 200, waiters: 50, headersMs: 10_000, idleMs: 90_000, answerMs: 60_000 }
const defaultHttpPort = 8089

/**
 * The master's HTTP server: the run's progress, its numbers for Prometheus, and its verdict. It listens before the plan and the load file are read, so
 * that it can also serve a mistake in them, and it stays until it is closed.
 */
export class MasterHttp {
  readonly port: number
  readonly url: string
  /** Tells this run from the next one at the same address. */
  readonly run: string
  /** Which Job of a cluster the verdict belongs to. */
  readonly verdictJobs = new VerdictJobs()
  /** Filled by the Prometheus output. */
  readonly metricsPage = new MetricsPage()
  readonly #server: Server
  readonly #publisher: RunPublisher
  readonly #limits: HttpLimits
  readonly #log: MasterHttpOptions['log']
  readonly #files = new ServedFiles()
  readonly #connections: Connections
  readonly #metricsBytes = new SharedBytes()
  readonly #verdictPage: VerdictPage
  /** End all waits that are under way. */
  readonly #wakes = new Set<() => void>()
  #closed: Promise<void> | undefined

  /** Throws a KatydidError when it cannot listen. */
  static async listen(options: MasterHttpOptions): Promise<MasterHttp> {
    const { host, port = defaultHttpPort, log } = options
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new KatydidError('USAGE', `bad HTTP port ${port}`, {
        hint: 'use a whole number from 0 to 65535; 0 chooses a free port',
      })
    const limits = { ...defaultLimits, ...options.limits }
    const server = createServer({
      headersTimeout: limits.headersMs,
      requestTimeout: limits.headersMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
      keepAliveTimeout: 5_000,
      maxHeaderSize: 8_192,
      keepAlive: true,
    })
    server.timeout = limits.idleMs
    server.maxRequestsPerSocket = 100
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)))
      server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve)
    })
    server.removeAllListeners('error')
    server.on('error', (error) => log.warn(`HTTP: ${error.message}`))
    const http = new MasterHttp(server, limits, options)
    log.info(`verdict and result at ${http.url}`)
    return http
  }

  private constructor(server: Server, limits: HttpLimits, options: MasterHttpOptions) {
    this.#server = server
    this.#limits = limits
    this.run = options.run ?? randomUUID()
    this.#log = options.log
    this.#publisher = new RunPublisher(options.redact ?? redact)
    this.#verdictPage = new VerdictPage(this.run)
    const { connections } = limits
    this.#connections = new Connections(server, connections, () =>
      this.#log.warn(
        `HTTP: more than ${connections} connections. The master closes those that were idle for the longest time`,
      ),
    )
    const { address, port } = server.address() as AddressInfo
    this.port = port
    this.url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
    server.on('request', (request, response) => {
      response.on('error', () => {}) // a client that has gone away is no error
      this.#connections.inTurn(response, () => void this.#answer(request, response))
    })
  }

  /** The output that publishes the run. `plan`: the final plan. */
  output(plan: RunPlan): Output {
    this.#publisher.planned(plan)
    return this.#publisher
  }

  /** Offers files once the run is over, by the last part of their path. */
  offerFiles(paths: readonly string[]): void {
    this.#files.offer(paths)
  }

  /** Publishes the result that an earlier process of this run has left. */
  restore(published: Published): void {
    this.#publisher.restore(published)
  }

  /** What is served, once the run is over. */
  get published(): Published | undefined {
    return this.#publisher.published
  }

  /** Publishes an error as a broken verdict. A verdict that is already published stays. */
  fail(error: unknown): Promise<void> {
    return this.#publisher.fail(error)
  }

  /** Answers waiting requests, gives answers under way at most `graceMs`, then closes all connections. */
  close(graceMs = 500): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      const cutOff = setTimeout(() => this.#server.closeAllConnections(), graceMs)
      this.#server.close(() => {
        clearTimeout(cutOff)
        resolve()
      })
      for (const wake of this.#wakes) wake()
      this.#server.closeIdleConnections()
    })
    return this.#closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request
    const { answerMs } = this.#limits
    // no route reads a body, so nobody can make the server wait for one
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0
    if (hasBody || this.#closed) response.shouldKeepAlive = false
    const [path = '', query = ''] = url.split('?', 2)
    const route = routeOf(path)
    if (!route) return send(response, text(404, 'There is no such page. / lists the pages.'), answerMs)
    if (method !== 'GET' && method !== 'HEAD') {
      const reply = text(405, `${path} is read-only: use GET or HEAD.`)
      return send(response, { ...reply, headers: { allow: 'GET, HEAD' } }, answerMs)
    }
    const reply = await this.#reply(route, response, query)
    if (this.#closed) response.shouldKeepAlive = false
    send(response, reply, answerMs)
  }

  /** Errors here are logged and must not become unhandled rejections of the run. */
  async #reply(route: Route, response: ServerResponse, query: string): Promise<Reply> {
    try {
      return await route(this.#served(response), new URLSearchParams(query))
    } catch (error) {
      this.#log.warn(`HTTP: ${messageOf(error)}`)
      return text(500, 'The response could not be created. The log of the master has the reason.')
    }
  }

  #served(response: ServerResponse): Served {
    return {
      run: this.run,
      publisher: this.#publisher,
      files: this.#files,
      metricsPage: this.metricsPage,
      metricsBytes: this.#metricsBytes,
      verdictPage: this.#verdictPage,
      verdictJobs: this.verdictJobs,
      wait: (seconds) =>
        new Promise((resolve) => {
          if (this.#closed || this.#wakes.size >= this.#limits.waiters) return resolve()
          let stopWaiting = () => {}
          const waitsNoLonger = this.#connections.waiting(response, () => done())
          const done = () => {
            clearTimeout(timer)
            stopWaiting()
            waitsNoLonger()
            this.#wakes.delete(done)
            response.off('close', done)
            resolve()
          }
          const timer = setTimeout(done, seconds * 1_000)
          this.#wakes.add(done)
          response.on('close', done)
          stopWaiting = this.#publisher.whenPublished(done)
        }),
    }
  }
}

function cannotListen(error: NodeJS.ErrnoException, host: string | undefined, port: number): KatydidError {
  const where = host === undefined ? `port ${port}` : `${host.includes(':') ? `[${host}]` : host}:${port}`
  const reasons: Record<string, [reason: string, hint: string]> = {
    EADDRINUSE: ['it is in use', 'use another port; 0 chooses a free port'],
    EACCES: ['a port below 1024 needs special rights', `use another port, for example ${defaultHttpPort}`],
  }
  const [reason, hint] = reasons[error.code ?? ''] ?? [error.code ?? error.message, 'use an address of this machine']
  return new KatydidError('USAGE', `The master cannot serve HTTP on ${where}: ${reason}`, { hint, cause: error })
}
