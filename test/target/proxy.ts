import http from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'

export interface ProxyCounts {
  /** Requests forwarded in the clear (`GET http://host/path`). */
  forwarded: number
  /** Tunnels opened with CONNECT. */
  tunnels: number
  /** Turned away for want of the right credentials. */
  refused: number
}

export interface Proxy {
  readonly url: string
  counts(): ProxyCounts
  close(): Promise<void>
}

/** A proxy that forwards and tunnels, and counts. `credentials` (`user:password`) are asked for when given. */
export async function startProxy(options: { credentials?: string } = {}): Promise<Proxy> {
  const counts: ProxyCounts = { forwarded: 0, tunnels: 0, refused: 0 }
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  const wanted = options.credentials && `Basic ${Buffer.from(options.credentials).toString('base64')}`
  const agent = new http.Agent({ keepAlive: true })

  const server = http.createServer((request, response) => {
    if (wanted && request.headers['proxy-authorization'] !== wanted) {
      counts.refused++
      response.writeHead(407, { 'proxy-authenticate': 'Basic', 'content-length': 0 }).end()
      return
    }
    counts.forwarded++
    const { 'proxy-authorization': _mine, 'proxy-connection': _old, ...headers } = request.headers
    const onward = http.request(request.url!, { method: request.method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  server.on('connection', keep)
  server.on('connect', (request, client: Socket, head: Buffer) => {
    if (wanted && request.headers['proxy-authorization'] !== wanted) {
      counts.refused++
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n')
      return
    }
    counts.tunnels++
    const [host, port] = request.url!.split(':')
    const upstream = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client).pipe(upstream)
    })
    keep(upstream)
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ ...counts }),
    close: () =>
      new Promise((resolve) => {
        agent.destroy()
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
