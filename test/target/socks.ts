import net, { type AddressInfo, type Socket } from 'node:net'

export interface SocksProxy {
  readonly url: string
  /** `host:port` of every connection that was asked for, as the client wrote it. */
  readonly asked: string[]
  /** Connections that did not begin as SOCKS 5, or without the right credentials. */
  refused(): number
  close(): Promise<void>
}

/** A SOCKS 5 proxy (RFC 1928). It goes to 127.0.0.1, whatever host is asked for; `credentials` (`user:password`, RFC 1929) are asked for when given. */
export async function startSocks(options: { credentials?: string } = {}): Promise<SocksProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  let refused = 0
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  const method = options.credentials === undefined ? 0 : 2
  const server = net.createServer((client) => {
    keep(client)
    const refuse = () => {
      refused++
      client.destroy()
    }
    const connect = (request: Buffer) => {
      const length = request[3] === 3 ? (request[4] as number) : 4
      const start = request[3] === 3 ? 5 : 4
      const address = request.subarray(start, start + length)
      const port = request.readUInt16BE(start + length)
      asked.push(`${request[3] === 3 ? address.toString() : [...address].join('.')}:${port}`)
      const upstream = net.connect(port, '127.0.0.1', () => {
        client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
        upstream.pipe(client).pipe(upstream)
      })
      keep(upstream)
      upstream.on('close', () => client.destroy())
      client.on('close', () => upstream.destroy())
    }
    client.once('data', (hello) => {
      if (hello[0] !== 5 || !hello.subarray(2).includes(method)) return refuse()
      client.write(Buffer.from([5, method]))
      if (method === 0) return client.once('data', connect)
      client.once('data', (login) => {
        const name = login.subarray(2, 2 + (login[1] as number)).toString()
        const password = login.subarray(3 + (login[1] as number)).toString()
        if (`${name}:${password}` !== options.credentials) {
          refused++
          return client.end(Buffer.from([1, 1]))
        }
        client.write(Buffer.from([1, 0]))
        client.once('data', connect)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    refused: () => refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
