import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { type Exchange, type Handler, readBody, sendJson, sendText, sleep } from './exchange.ts'

/** What a well-behaved server does. Routes are found by their first segment. */
export function goodRoutes(): Record<string, Handler> {
  const random = seeded(20_261_123)
  const page = { words: Array.from({ length: 200 }, (_, index) => `word ${index % 17}`), end: true }
  const packed = (encoding: string, pack: (body: Buffer) => Buffer): Handler => {
    let body: Buffer | undefined
    return ({ response }) => {
      body ??= pack(Buffer.from(JSON.stringify({ ...page, encoding })))
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-encoding': encoding,
        'content-length': body.length,
      })
      response.end(body)
    }
  }
  const delayed = async (exchange: Exchange, ms: number) => {
    exchange.slept(ms)
    await sleep(ms)
    sendText(exchange, 'slept')
  }

  return {
    '': (exchange) => sendText(exchange, 'target'),
    status: (exchange) => sendText(exchange, 'status', Number(exchange.segments[1])),
    delay: (exchange) => {
      const [, kind, from, to] = exchange.segments
      if (kind === 'uniform') return delayed(exchange, Number(from) + random() * (Number(to) - Number(from)))
      if (kind === 'known') return delayed(exchange, known(random))
      return delayed(exchange, Number(kind))
    },
    bytes: ({ response, segments }) => {
      const body = Buffer.alloc(Number(segments[1]), 'x')
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.length })
      response.end(body)
    },
    echo: async (exchange) => {
      const { request, query, peer } = exchange
      const body = (await readBody(request)).toString()
      sendJson(exchange, {
        method: request.method,
        url: request.url,
        query: Object.fromEntries(query),
        headers: request.headers,
        httpVersion: request.httpVersion,
        peer,
        body,
      })
    },
    json: (exchange) => sendJson(exchange, { id: 1, name: 'one', tags: ['a', 'b'] }),
    page: (exchange) => sendJson(exchange, page),
    gzip: packed('gzip', gzipSync),
    deflate: packed('deflate', deflateSync),
    br: packed('br', brotliCompressSync),
    zstd: packed('zstd', zstdCompressSync),
    cookies: (exchange) => {
      if (exchange.segments[1] === 'set')
        exchange.response.setHeader(
          'set-cookie',
          [...exchange.query].map(([name, value]) => `${name}=${value}; Path=/`),
        )
      sendJson(exchange, { cookies: exchange.request.headers.cookie ?? '' })
    },
    close: (exchange) => {
      exchange.response.setHeader('connection', 'close')
      sendText(exchange, 'closing')
    },
    chunked: ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      for (const part of ['one ', 'two ', 'three']) response.write(part)
      response.end()
    },
    redirect: (exchange) => {
      const left = Number(exchange.segments[1])
      if (left > 0) redirect(exchange, `/redirect/${left - 1}`)
      else sendText(exchange, 'arrived')
    },
    'redirect-loop': (exchange) => redirect(exchange, '/redirect-loop'),
    'redirect-to': (exchange) =>
      redirect(exchange, exchange.query.get('url')!, Number(exchange.query.get('status') ?? 302)),
  }
}

function redirect({ response }: Exchange, location: string, status = 302): void {
  response.writeHead(status, { location, 'content-length': 0 })
  response.end()
}

/** 20–500 ms, skewed as servers are: most near 60, a long tail, clipped at both ends. */
function known(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.min(500, Math.max(20, 60 * Math.exp(normal * 0.8)))
}

/** mulberry32: the same delays in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
