import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { type Handler, sleep } from './exchange.ts'

const block = Buffer.alloc(64 * 1024, 'x')

/** What servers do when they should not. Those that speak raw bytes exist on HTTP/1.1 only. */
export function faultRoutes(): Record<string, Handler> {
  return {
    never: () => {},
    endless: ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      return pour(response, Number.POSITIVE_INFINITY)
    },
    big: ({ response, segments }) => {
      const bytes = Number(segments[1])
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes })
      return pour(response, bytes)
    },
    /** A body of ten parts over `?ms=` milliseconds (default 500). */
    'slow-body': async ({ response, query }) => {
      const parts = 10
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': parts })
      response.flushHeaders()
      for (let part = 0; part < parts && !response.destroyed; part++) {
        await sleep(Number(query.get('ms') ?? 500) / parts)
        response.write('.')
      }
      response.end()
    },
    reset: async ({ request, response }) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 1_000_000 })
      response.write('the beginning of a body that')
      await sleep(5) // let it out before the reset overtakes it
      reset(request)
    },
    'reset-before': ({ request }) => reset(request),
    /** Ends the connection in order, without an answer. */
    hangup: ({ request }) => end(request),
    malformed: ({ request }) => end(request, '\x00\x01 this is not HTTP \xff\r\n\r\n'),
    'bad-header': ({ request }) => end(request, 'HTTP/1.1 200 OK\r\nno colon here\r\n\r\nbody'),
    /** Promises 100 bytes and sends 5. */
    'bad-length': ({ request }) => end(request, 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'),
    /** Says gzip and is not. */
    'bad-gzip': ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
      response.end('this was never compressed')
    },
    'bad-json': ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"half": ')
    },
  }
}

/** Sends that many bytes as fast as they are taken, and never holds more than one block. */
async function pour(response: ServerResponse, bytes: number): Promise<void> {
  let left = bytes
  let gone = false // HTTP/2 responses do not say `destroyed`
  let wake = () => {}
  response.on('drain', () => wake())
  response.on('close', () => {
    gone = true
    wake()
  })
  while (left > 0 && !gone) {
    const part = left >= block.length ? block : block.subarray(0, left)
    left -= part.length
    if (response.write(part)) continue
    await new Promise<void>((resolve) => (wake = resolve))
  }
  response.end()
}

function streamOf(request: IncomingMessage): Http2Stream | undefined {
  return (request as unknown as { stream?: Http2Stream }).stream
}

function raw(request: IncomingMessage): Socket | undefined {
  const stream = streamOf(request)
  if (!stream) return request.socket
  stream.close(0x2 /* INTERNAL_ERROR */)
  return undefined
}

function reset(request: IncomingMessage): void {
  const socket = raw(request)
  if (!socket) return
  try {
    socket.resetAndDestroy()
  } catch {
    socket.destroy() // TLS sockets cannot always send a bare RST
  }
}

function end(request: IncomingMessage, bytes = ''): void {
  raw(request)?.end(bytes, 'latin1')
}
