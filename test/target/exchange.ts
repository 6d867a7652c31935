import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request being answered. HTTP/2 comes through Node's compatible objects. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** Path segments: `/delay/50` is `['delay', '50']`. */
  segments: string[]
  query: URLSearchParams
  /** The client's certificate, where it has shown one. */
  peer: string | undefined
  slept(ms: number): void
}

export type Handler = (exchange: Exchange) => void | Promise<void>

export function sendJson({ response }: Exchange, value: unknown, status = 200): void {
  send(response, status, 'application/json', Buffer.from(JSON.stringify(value)))
}

export function sendText({ response }: Exchange, text: string, status = 200): void {
  send(response, status, 'text/plain', Buffer.from(text))
}

function send(response: ServerResponse, status: number, type: string, body: Buffer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length })
  response.end(body)
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
