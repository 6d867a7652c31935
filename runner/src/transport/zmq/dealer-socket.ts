import { Dealer } from 'zeromq'
import { mostMessageBytes } from '../message-size.ts'
import { curveKeys } from './curve.ts'
import { SendQueue } from './send-queue.ts'

export interface DealerOptions {
  id: string
  host: string
  port: number
  key?: string | undefined
  /** Called once for each kind of trouble with the connection. */
  onTrouble?: ((text: string) => void) | undefined
}

/**
 * How long the handshake of a connection may take. With a key it is three and a half round trips: about 20 s on a network that is 3 s slow. If it
 * takes longer, nobody is there.
 */
export const handshakeMs = 120_000

/** A worker's socket. It connects again by itself, and keeps messages meanwhile, up to its high-water mark. */
export class DealerSocket {
  readonly #socket: Dealer
  readonly #endpoint: string
  readonly #queue: SendQueue<Uint8Array>
  #isShakingHands = false
  #handshakeRoundTripMs = 0

  constructor({ id, host, port, key, onTrouble }: DealerOptions) {
    const socket = new Dealer({
      routingId: id,
      sendTimeout: 0,
      linger: 500,
      // messages that wait for a connection are old when there is one; what is needed is sent again
      sendHighWaterMark: 1_000,
      maxMessageSize: mostMessageBytes.toWorker,
      handshakeInterval: handshakeMs,
      reconnectInterval: 100,
      reconnectMaxInterval: 2_000,
      tcpKeepalive: 1,
      tcpKeepaliveIdle: 30_000,
      ipv6: true,
    })
    if (key !== undefined) {
      const own = curveKeys(key, 'worker')
      socket.curveServerKey = curveKeys(key, 'master').publicKey
      socket.curvePublicKey = own.publicKey
      socket.curveSecretKey = own.secretKey
    }
    let connectedAt = 0
    socket.events.on('connect', () => {
      this.#isShakingHands = true
      connectedAt = performance.now()
    })
    socket.events.on('handshake', () => {
      this.#isShakingHands = false
      this.#handshakeRoundTripMs = (performance.now() - connectedAt) / (key === undefined ? 2 : 3.5)
    })
    socket.events.on('disconnect', () => (this.#isShakingHands = false))
    if (onTrouble) troubles(socket, key !== undefined, onTrouble)
    this.#endpoint = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`
    socket.connect(this.#endpoint)
    this.#socket = socket
    this.#queue = new SendQueue(
      (bytes) => socket.send(bytes),
      () => {},
    )
  }

  /** Settles when the socket is closed and nothing is under way. */
  async receive(handler: (bytes: Buffer) => void): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#socket.events.on('end', () => resolve()))
    for await (const [bytes, ...more] of this.#socket) if (bytes && more.length === 0) handler(bytes as Buffer)
    await ended
    await new Promise((resolve) => setImmediate(resolve))
  }

  send(bytes: Uint8Array): void {
    this.#queue.push(bytes)
  }

  /** There is a connection and its handshake is under way. */
  get isShakingHands(): boolean {
    return this.#isShakingHands
  }

  /** The round trip as measured in the newest handshake, which takes two of them, or three and a half with a key. 0 before the first. */
  get handshakeRoundTripMs(): number {
    return this.#handshakeRoundTripMs
  }

  /** Messages that wait for the old connection are dropped. */
  reconnect(): void {
    this.#isShakingHands = false
    this.#socket.disconnect(this.#endpoint)
    this.#socket.connect(this.#endpoint)
  }

  /** Closes it at once and drops what was not sent. */
  abandon(): void {
    this.#socket.close()
  }

  async close(): Promise<void> {
    await this.#queue.close()
    await new Promise((resolve) => setTimeout(resolve, 50)) // from the socket to the network
    this.#socket.close()
  }
}

function troubles(socket: Dealer, hasKey: boolean, tell: (text: string) => void): void {
  const told = new Set<string>()
  const once = (text: string) => {
    if (told.has(text)) return
    told.add(text)
    tell(text)
  }
  const failed = (error?: { code?: string }) =>
    once(`the handshake with the master failed: ${why(error?.code, hasKey)}`)
  socket.events.on('handshake:error:protocol', ({ error }) => failed(error))
  socket.events.on('handshake:error:auth', () => failed())
  socket.events.on('handshake:error:other', ({ error }) => failed(error))
}

function why(code: string | undefined, hasKey: boolean): string {
  if (code === 'ERR_ZMTP_MECHANISM_MISMATCH')
    return hasKey
      ? 'the master has no KATYDID_CLUSTER_KEY, but this worker has one'
      : 'the master has a KATYDID_CLUSTER_KEY, but this worker has none'
  // a master closes the connection for a wrong key; without a key it closes none
  return hasKey
    ? 'probably the KATYDID_CLUSTER_KEY is wrong, or the address is not that of a katydid master'
    : 'the connection was closed: check that the address is the port for workers (5557) of a katydid or Locust master'
}
