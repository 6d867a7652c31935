import type { ServerResponse } from 'node:http'

/** What is answered to a request. */
export interface Reply {
  status: number
  type: 'text/plain' | 'text/html' | 'text/csv' | 'application/json' | 'application/xml'
  body: string | Buffer
  headers?: Record<string, string>
}

export const text = (status: number, sentence: string): Reply => ({ status, type: 'text/plain', body: `${sentence}\n` })

export const json = (status: number, value: unknown): Reply => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
})

/** Sends it whole. Who has not taken it after `limitMs` is cut off. Node leaves the body out where HEAD was asked. */
export function send(response: ServerResponse, { status, type, body, headers }: Reply, limitMs: number): void {
  if (response.destroyed || response.headersSent) return
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(bytes)
  const { socket } = response
  if (response.writableFinished) return
  const giveUp = setTimeout(() => (response.socket ?? socket)?.destroy(), limitMs).unref()
  const done = () => clearTimeout(giveUp)
  response.once('finish', done)
  response.once('close', done)
}
