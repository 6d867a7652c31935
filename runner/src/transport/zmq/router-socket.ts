import { Router } from 'zeromq'
import { KatydidError } from '../../errors.ts'
import { mostMessageBytes } from '../message-size.ts'
import { curveKeys } from './curve.ts'
import { handshakeMs } from './dealer-socket.ts'
import { SendQueue } from './send-queue.ts'

export interface RouterOptions {
  /** An address of this machine. Left out: all of them. */
  host?: string | undefined
  /** 0 takes a free port. */
  port: number
  /** Shared with the workers. Left out: not encrypted, as in Locust. */
  key?: string | undefined
  /** A peer was refused, for example for a wrong key. */
  onRefused?: ((text: string) => void) | undefined
}

/** The master's socket: sends frames to peers by id, and receives them. It does not look into them. */
export class RouterSocket {
  readonly port: number
  readonly #socket: Router
  readonly #queue: SendQueue<[string, Uint8Array]>
  #onUnreachable: (id: string) => void = () => {}

  /** @throws KatydidError USAGE where it cannot listen */
  static async bind(options: RouterOptions): Promise<RouterSocket> {
    const { host = '*', port, key, onRefused } = options
    const socket = new Router({
      mandatory: true, // a frame to a peer that is not there is an error, not silently dropped
      handover: true, // a peer that comes back on a new connection is accepted
      sendTimeout: 0,
      linger: 0,
      sendHighWaterMark: 10_000,
      // for each peer; past it the peer's connection is not read, and nothing is lost
      receiveHighWaterMark: 1_000,
      maxMessageSize: mostMessageBytes.toMaster,
      handshakeInterval: handshakeMs,
      tcpKeepalive: 1,
      tcpKeepaliveIdle: 30_000,
      ipv6: host === '*' || host.includes(':'),
    })
    if (key !== undefined) {
      socket.curveServer = true
      socket.curveSecretKey = curveKeys(key, 'master').secretKey
    }
    if (onRefused) refusals(socket, key !== undefined, onRefused)
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

  /** Sets who is told of frames for peers that are not connected. */
  unreachable(handler: (id: string) => void): void {
    this.#onUnreachable = handler
  }

  /** Hands on every frame until the socket is closed. */
  async receive(handler: (id: string, bytes: Buffer) => void): Promise<void> {
    for await (const [name, bytes, ...more] of this.#socket) {
      if (!name || !bytes || more.length > 0) continue
      const id = name.toString()
      // an id that is not valid text could become another peer's id when decoded
      if (name.equals(Buffer.from(id)) || id.startsWith('\0')) handler(id, bytes as Buffer)
    }
  }

  send(id: string, bytes: Uint8Array): void {
    this.#queue.push([id, bytes])
  }

  /** Sends what waits first, as far as peers take it. */
  async close(): Promise<void> {
    await this.#queue.close()
    await new Promise((resolve) => setTimeout(resolve, 50)) // from the socket to the network
    this.#socket.close()
  }
}

/** A peer that closes the connection during the handshake (a port check) was not refused. */
function refusals(socket: Router, hasKey: boolean, tell: (text: string) => void): void {
  socket.events.on('handshake:error:protocol', ({ error }) => tell(refusal((error as { code?: string }).code, hasKey)))
  socket.events.on('handshake:error:auth', () => tell(refusal(undefined, hasKey)))
}

function refusal(code: string | undefined, hasKey: boolean): string {
  if (code !== 'ERR_ZMTP_MECHANISM_MISMATCH' && code !== 'ERR_ZMTP_CRYPTOGRAPHIC' && !hasKey)
    return 'something that is not a worker connected to the port for workers and was refused'
  const why =
    code === 'ERR_ZMTP_CRYPTOGRAPHIC'
      ? 'it does not have the same KATYDID_CLUSTER_KEY as this master'
      : hasKey
        ? 'it has no KATYDID_CLUSTER_KEY, or it is not a worker'
        : 'it has a KATYDID_CLUSTER_KEY, but this master has none, or it is not a worker'
  return `a worker was refused in the handshake: ${why}`
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
    hint: 'set another port with --bind-port (0 chooses a free port), or an address of this machine with --bind-host',
    cause: error,
  })
}
