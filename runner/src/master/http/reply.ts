import type { ServerResponse } from 'node:http'
import { pipeline, type Readable } from 'node:stream'

/** A file that is read while it is sent, since readers may be slow and many. */
export interface FileBody {
  length: number
  read(): Readable
}

/** The answer to a request. */
export interface Reply {
  status: number
  type: 'text/plain' | 'text/html' | 'text/csv' | 'application/json' | 'application/xml'
  body: string | Buffer | FileBody
  headers?: Record<string, string>
}

export const text = (status: number, sentence: string): Reply => ({ status, type: 'text/plain', body: `${sentence}\n` })

export const json = (status: number, value: unknown): Reply => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
})

/** Sends a reply, without its body for HEAD. The connection of a client that has not read it after `limitMs` is closed. */
export function send(response: ServerResponse, { status, type, body, headers }: Reply, limitMs: number): void {
  if (response.destroyed || response.headersSent) return
  const whole = typeof body === 'string' ? Buffer.from(body) : body
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': whole.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  if (Buffer.isBuffer(whole) || response.req.method === 'HEAD' || whole.length === 0)
    response.end(Buffer.isBuffer(whole) ? whole : undefined)
  else pipeline(whole.read(), response, () => {}) // an error cuts the answer short, which the client sees by its length
  const { socket } = response
  if (response.writableFinished) return
  const giveUp = setTimeout(() => (response.socket ?? socket)?.destroy(), limitMs).unref()
  const done = () => clearTimeout(giveUp)
  response.once('finish', done)
  response.once('close', done)
}
