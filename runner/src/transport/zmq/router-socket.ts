import { Router } from 'zeromq'
import { KatydidError } from '../../errors.ts'
import { curveKeys } from './curve.ts'
import { handshakeMs } from './dealer-socket.ts'
import { SendQueue } from './send-queue.ts'

export interface RouterOptions {
  /** An address of this machine; left out: all of them. */
  host?: string | undefined
  /** 0 takes a free one. */
  port: number
  /** Shared with the workers; left out: in the clear, as Locust. */
  key?: string | undefined
  /** Something a peer did that keeps it out: a wrong key. */
  onRefused?: ((text: string) => void) | undefined
}

/** The master's socket: frames to and from peers by their ids, nothing about what is in them. */
export class RouterSocket {
  readonly port: number
  readonly #socket: Router
  readonly #queue: SendQueue<[string, Uint8Array]>
  #onUnreachable: (id: string) => void = () => {}

  /** @throws KatydidError USAGE where it cannot listen */
  static async bind(options: RouterOptions): Promise<RouterSocket> {
    const { host = '*', port, key, onRefused } = options
    const socket = new Router({
      mandatory: true, // a frame to a peer that is not there is told, not swallowed
      handover: true, // a peer that comes back on a new connection is heard
      sendTimeout: 0,
      linger: 0,
      sendHighWaterMark: 10_000,
      receiveHighWaterMark: 100_000,
      maxMessageSize: 64 * 1024 * 1024,
      handshakeInterval: handshakeMs,
      tcpKeepalive: 1,
      tcpKeepaliveIdle: 30_000,
      ipv6: host === '*' || host.includes(':'),
    })
    if (key !== undefined) {
      socket.curveServer = true
      socket.curveSecretKey = curveKeys(key, 'master').secretKey
    }
    if (onRefused) refusals(socket, onRefused)
    try {
      await socket.bind(`tcp://${host.includes(':') ? `[${host}]` : host}:${port === 0 ? '*' : port}`)
    } catch (error) {
      socket.close()
      throw cannotBind(error as NodeJS.ErrnoException, host, port)
    }
    return new RouterSocket(socket)
  }

  private constructor(socket: Router) {
    this.#socket = socket
    this.port = Number(/:(\d+)$/.exec(socket.lastEndpoint ?? '')?.[1])
    this.#queue = new SendQueue(
      ([id, bytes]) => socket.send([id, bytes]),
      ([id], why) => {
        if (why === 'unreachable') this.#onUnreachable(id)
      },
    )
  }

  /** Who is told of frames for peers that are not connected. */
  unreachable(handler: (id: string) => void): void {
    this.#onUnreachable = handler
  }

  /** Hands on every frame until the socket is closed. */
  async receive(handler: (id: string, bytes: Buffer) => void): Promise<void> {
    for await (const [id, bytes, ...more] of this.#socket)
      if (id && bytes && more.length === 0) handler(id.toString(), bytes as Buffer)
  }

  send(id: string, bytes: Uint8Array): void {
    this.#queue.push([id, bytes])
  }

  /** What was sent before is out first, as far as peers take it. */
  async close(): Promise<void> {
    await this.#queue.close()
    await new Promise((resolve) => setTimeout(resolve, 50)) // from the socket to the network
    this.#socket.close()
  }
}

function refusals(socket: Router, tell: (text: string) => void): void {
  const failed = () =>
    tell('a worker was refused in the handshake: probably it has another KATYDID_CLUSTER_KEY, or none')
  socket.events.on('handshake:error:protocol', failed)
  socket.events.on('handshake:error:auth', failed)
  socket.events.on('handshake:error:other', failed)
}

function cannotBind(error: NodeJS.ErrnoException, host: string, port: number): KatydidError {
  const where = host === '*' ? `port ${port}` : `${host}:${port}`
  const why =
    error.code === 'EADDRINUSE'
      ? 'it is in use'
      : error.code === 'EACCES'
        ? 'it needs special rights'
        : (error.code ?? error.message)
  return new KatydidError('USAGE', `The master cannot listen for workers on ${where}: ${why}`, {
    hint: 'name another port with --bind-port (0 is any free one), an address of this machine with --bind-host',
    cause: error,
  })
}
