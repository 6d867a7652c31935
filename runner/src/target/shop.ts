import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { KatydidError } from '../errors.ts'
import { RequestCounts, type ShopCounts } from './request-counts.ts'
import { json, type Reply, shopRoutes } from './routes.ts'
import { Sessions } from './sessions.ts'

export interface ShopOptions {
  /** 0 takes a free one. */
  port?: number | undefined
  host?: string | undefined
  /** Mean of the time an answer takes; exponential, never above ten times the mean. 0 answers at once. */
  latencyMs?: number | undefined
  /** Share of requests answered with 500, 0..1. */
  errorRatio?: number | undefined
}

export interface Shop {
  readonly url: string
  readonly port: number
  counts(): ShopCounts
  /** Answers what is under way, for at most `graceMs`, then leaves. */
  close(graceMs?: number): Promise<void>
}

const maxBodyBytes = 100_000
const gzipFromBytes = 860 // below that, gzip makes bodies of one packet longer

/** Starts the demo shop: a server to try load files on. Throws a KatydidError when it cannot listen. */
export async function startShop(options: ShopOptions = {}): Promise<Shop> {
  const { port = 0, host = '127.0.0.1', latencyMs = 3, errorRatio = 0 } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new KatydidError('USAGE', 'The port of the shop must be a whole number from 0 to 65535', {
      hint: 'for example --port 8000, or --port 0 for any free one',
    })
  const counts = new RequestCounts()
  const routes = shopRoutes(new Sessions())
  const compressed = new WeakMap<Buffer, Buffer>() // pages that never change are compressed once

  let closing = false

  const server = createServer((request, response) => {
    const { route, id, query } = parse(request)
    if (route === 'GET /__counts') return send(response, json(200, counts.toData()))
    const handler = routes[route]
    counts.request(handler ? route : `${request.method} (other)`)
    response.on('finish', () => counts.answer(response.statusCode))
    readBody(request, (body) => {
      const answer = () => {
        if (closing) response.shouldKeepAlive = false
        if (response.destroyed) return
        if (body === undefined) return send(response, json(413, { error: 'the body is too large' }))
        if (errorRatio > 0 && Math.random() < errorRatio) return send(response, json(500, { error: 'out of luck' }))
        if (!handler) return send(response, json(404, { error: 'not found' }))
        const { cookie, 'content-type': contentType = '' } = request.headers
        send(response, squeeze(request, handler({ query, id, cookie, contentType, body }), compressed))
      }
      if (latencyMs > 0) setTimeout(answer, Math.min(-Math.log(1 - Math.random()), 10) * latencyMs)
      else answer()
    })
  })
  server.keepAliveTimeout = 75_000 // as nginx: a waiting user finds its connection open
  server.on('connection', () => counts.connection())

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)))
    server.listen({ port, host, backlog: 4096 }, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    counts: () => counts.toData(),
    close: (graceMs = 1_000) =>
      new Promise((resolve) => {
        closing = true
        const giveUp = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(giveUp)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

const withId = /^(\/products|\/cart\/add)\/([^/]+)$/

function parse(request: IncomingMessage): { route: string; id: number; query: URLSearchParams } {
  const [path = '/', query] = request.url!.split('?', 2)
  // HEAD is answered as GET: Node leaves the body out
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const match = withId.exec(path)
  return {
    route: `${method} ${match ? `${match[1]}/:id` : path}`,
    id: match ? Number(match[2]) : 0,
    query: new URLSearchParams(query),
  }
}

function readBody(request: IncomingMessage, done: (body: string | undefined) => void): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if ((length === undefined || length === '0') && encoding === undefined) {
    done('')
    return
  }
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= maxBodyBytes) chunks.push(chunk) // the rest is read and dropped
  })
  request.on('end', () => done(bytes > maxBodyBytes ? undefined : Buffer.concat(chunks).toString()))
}

function squeeze(request: IncomingMessage, reply: Reply, compressed: WeakMap<Buffer, Buffer>): Reply {
  if (reply.body.length < gzipFromBytes || !/\bgzip\b/.test(String(request.headers['accept-encoding']))) return reply
  let body = compressed.get(reply.body)
  if (!body) compressed.set(reply.body, (body = gzipSync(reply.body)))
  return { ...reply, body, headers: { ...reply.headers, 'content-encoding': 'gzip', vary: 'accept-encoding' } }
}

function send(response: ServerResponse, { status, type, body, headers }: Reply): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...headers })
  response.end(body)
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): KatydidError {
  const where = `${host}:${port}`
  const options = { cause: error }
  if (error.code === 'EADDRINUSE')
    return new KatydidError('USAGE', `The shop cannot listen on ${where}: the port is in use`, {
      ...options,
      hint: 'choose another with --port, or --port 0 for any free one',
    })
  if (error.code === 'EACCES')
    return new KatydidError('USAGE', `The shop cannot listen on ${where}: ports below 1024 need special rights`, {
      ...options,
      hint: 'choose another with --port, for example --port 8000',
    })
  return new KatydidError('USAGE', `The shop cannot listen on ${where}: ${error.code ?? error.message}`, {
    ...options,
    hint: 'give an address of this machine with --host, for example --host 127.0.0.1',
  })
}
