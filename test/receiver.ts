import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The files of a run that has something to send: one request for each user every 50 ms. */
export const reader = {
  'shop.ts': `
import { constant, HttpUser, task } from 'katydid'
export class Reader extends HttpUser { waitTime = constant(0.05); @task async read() { await this.client.get('/json') } }
`,
}

export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/** A server at `url` that answers each request with the next of these statuses, 500 after them; 0: not at all. */
export async function startReceiver(path: string, answers: readonly number[]) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      received.push({ method, path: url, headers, body: Buffer.concat(chunks) })
      const status = answers[received.length - 1] ?? 500
      if (status > 0) response.writeHead(status).end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { received, url: `http://127.0.0.1:${port}${path}`, [Symbol.dispose]: close }
}
