import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type http2 from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Exchange } from './exchange.ts'
import { sleep } from './exchange.ts'
import { faultRoutes } from './faults.ts'
import { nowMs, RequestLog, type ServedRequest, type TargetCounts } from './request-log.ts'
import { goodRoutes } from './routes.ts'

export interface TargetOptions {
  /** `https` speaks HTTP/1.1 only, `h2` HTTP/2 over TLS only, `h2c` HTTP/2 without TLS. */
  protocol?: 'http' | 'https' | 'h2' | 'h2c'
  /** Only clients with a certificate of our CA. */
  requireClientCertificate?: boolean
  /** What the server shows: good (default), expired, for another host, or signed by nobody. */
  certificate?: 'good' | 'expired' | 'wrongHost' | 'selfSigned'
  port?: number
}

/** What a test may ask of a target, in its process or over IPC. */
export interface TargetControl {
  counts(): TargetCounts
  log(): ServedRequest[]
  /** Blocks the loop: nothing is accepted, read or answered. Ends when the target is back. */
  freeze(ms: number): void
  /** Freezes for `forMs` at the end of every `everyMs`, from now on; 0 ends it. */
  freezeEvery(everyMs: number, forMs: number): void
  /** Goes on reading (and counting), answers nobody until then. */
  hold(ms: number): void
  reset(): void
}

export interface TargetServer extends TargetControl {
  readonly port: number
  readonly url: string
  close(): Promise<void>
}

/** Opens the target in this process. Tests rather use `startTarget`, which gives it a process of its own. */
export async function openTarget(options: TargetOptions = {}): Promise<TargetServer> {
  const protocol = options.protocol ?? 'http'
  let log = new RequestLog()
  let heldUntil = 0
  let freezing: NodeJS.Timeout | undefined
  const routes = { ...goodRoutes(), ...faultRoutes() }

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const arrivedAt = nowMs()
    const method = request.method!
    const [path = '/', query] = request.url!.split('?', 2)
    const current = log
    current.arrived(method, path, arrivedAt)
    let sleptMs: number | undefined
    response.on('finish', () => {
      const serviceMs = nowMs() - arrivedAt
      current.answered({ method, path, arrivedAt, serviceMs, ...(sleptMs === undefined ? {} : { sleptMs }) })
    })
    response.on('close', () => {
      if (!response.writableFinished) current.cutOff()
    })
    response.on('error', () => {})
    if (heldUntil > arrivedAt) await sleep(heldUntil - arrivedAt)
    const segments = path.split('/').slice(1)
    const certificate = (request.socket as Partial<TLSSocket>).getPeerCertificate?.()
    const exchange: Exchange = {
      request,
      response,
      segments,
      query: new URLSearchParams(query),
      peer: certificate?.subject?.CN as string | undefined,
      slept: (ms) => (sleptMs = ms),
    }
    const handler = routes[segments[0]!]
    if (handler) await handler(exchange)
    else response.writeHead(404).end()
  }

  const server = await createServer(protocol, options, listener)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    log.connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  server.on('sessionError', () => {})
  server.on('clientError', (_error: Error, socket: Socket) => {
    log.malformed++
    socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: options.port ?? 0, host: '127.0.0.1', backlog: 4096 }, resolve)
  })
  const { port } = server.address() as AddressInfo

  const freeze = (ms: number) => {
    const fromMs = nowMs()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
    log.freezes.push({ fromMs, untilMs: nowMs() })
  }
  return {
    port,
    url: `${protocol === 'http' || protocol === 'h2c' ? 'http' : 'https'}://127.0.0.1:${port}`,
    counts: () => log.toData(),
    log: () => log.served,
    freeze,
    freezeEvery: (everyMs, forMs) => {
      clearTimeout(freezing)
      if (everyMs <= 0) return
      const startedAt = nowMs()
      const next = (round: number) => {
        freezing = setTimeout(
          () => {
            freeze(startedAt + (round + 1) * everyMs - nowMs())
            next(round + 1)
          },
          startedAt + (round + 1) * everyMs - forMs - nowMs(),
        )
      }
      next(0)
    },
    hold: (ms) => {
      heldUntil = nowMs() + ms
    },
    reset: () => {
      log = new RequestLog()
    },
    close: () =>
      new Promise((resolve) => {
        clearTimeout(freezing)
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** Most targets speak plain HTTP/1.1: only the others load what they need, since every test starts one. */
async function createServer(protocol: string, options: TargetOptions, listener: Listener) {
  const tls = async () => {
    const { certificates } = await import('./certificates.ts')
    const { ca, servers } = certificates()
    const { cert, key } = servers[options.certificate ?? 'good']
    const ask = options.requireClientCertificate ? { requestCert: true, rejectUnauthorized: true } : {}
    return { ca, cert, key, ...ask }
  }
  // Node's compatible HTTP/2 objects do all that the routes ask of them
  const asHttp2 = listener as unknown as (
    request: http2.Http2ServerRequest,
    response: http2.Http2ServerResponse,
  ) => void
  const settings = { keepAliveTimeout: 75_000 }
  switch (protocol) {
    case 'https': {
      const { createServer } = await import('node:https')
      return createServer({ ...(await tls()), ...settings }, listener)
    }
    case 'h2': {
      const { createSecureServer } = await import('node:http2')
      return createSecureServer({ ...(await tls()), ALPNProtocols: ['h2'] }, asHttp2)
    }
    case 'h2c': {
      const { createServer } = await import('node:http2')
      return createServer(asHttp2)
    }
    default:
      return http.createServer(settings, listener)
  }
}
