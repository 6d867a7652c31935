import type { EventKind } from '../../facts/run-event.ts'
import { printableWord } from '../../printable.ts'
import { pack, unpackToMaster } from '../katydid/packing.ts'
import { type Answer, isCount, katydidOf, type Packed, packedOf, steadyNow } from '../katydid/wire.ts'
import type { Frame } from '../locust/decode.ts'
import { custom, masterHeartbeat, quit } from '../locust/frames.ts'
import { checkSize } from '../message-size.ts'
import type { ToMaster, ToWorker } from '../messages.ts'
import { ReliableEnd } from '../reliable/reliable-end.ts'
import { type Heartbeat, heartbeatOf } from './heartbeat.ts'
import { PeerLink, silentMs } from './peer-link.ts'

export interface KatydidPeerOptions {
  id: string
  /** Names the worker's process. */
  instance: string
  /** The name that its starter gave to its place, if any. */
  place?: string | undefined
  /** Its index, if that is another than it was greeted with. */
  index?: number | undefined
  /** The first message to it. */
  job: Uint8Array
  /** What it gets once it has joined. */
  credentials?: ToWorker | undefined
  transmit(bytes: Uint8Array): void
  /** It has its job and has said what it can run. */
  onReady(): void
  /** An event before it is ready, for example that it never will be. */
  onEarlyEvent(kind: EventKind, text: string): void
  /** It sent an invalid message. */
  onBad(text: string): void
  now: () => number
}

/** A worker that claims more just wants the master to wait. */
export const mostRoundTripMs = 10_000

const aheadBytes = 16 * 1024 * 1024
const aheadBytesOfNewcomers = 64 * 1024

/** The master's end of the link to a katydid worker. Nothing is lost and nothing comes twice. */
export class KatydidPeer extends PeerLink {
  readonly instance: string
  readonly place: string | undefined
  readonly #options: KatydidPeerOptions
  readonly #reliable: ReliableEnd
  heardAt: number
  /** As the worker has measured it. */
  roundTripMs = 0
  isReady = false
  #toldMissing = false
  #dismissedBecause: string | undefined

  constructor(options: KatydidPeerOptions) {
    super(options.id, options.now())
    const { id, transmit, now, index } = options
    this.instance = options.instance
    this.place = options.place
    this.heardAt = now()
    this.#options = options
    this.#reliable = new ReliableEnd({
      now,
      roundTripMs: () => this.roundTripMs,
      mostAheadBytes: () => (this.isReady ? aheadBytes : aheadBytesOfNewcomers),
      transmit: ({ seq, ack, body }) =>
        transmit(custom(id, 'katydid', { katydid: { seq, ack, ...(body ? { body } : {}) } })),
      deliver: (body) => this.#take(body),
      onMissing: () => this.#tellMissing(),
    })
    if (index !== undefined) this.#reliable.send(pack({ type: 'ack', index }))
    this.#reliable.send(options.job)
  }

  /** @throws KatydidError LOAD_FILE where it is larger than a worker takes, since it would be sent again for ever */
  send(message: ToWorker): void {
    if (this.isClosed) return
    const body = pack(message)
    checkSize(message.type, body.length, 'toWorker')
    this.#reliable.send(body)
  }

  /** Its frames name their process, since another process may come with the same id. */
  isOfAnother({ data }: Frame): boolean {
    const katydid = katydidOf(data)
    return typeof katydid?.instance === 'string' && katydid.instance !== this.instance
  }

  /** Another worker has its place, and its messages are ignored from now on. Whenever it is heard, it is told to leave. */
  dismiss(why: string): void {
    this.#dismissedBecause = why
    this.#tellToLeave(why)
    this.hangUp(why)
  }

  #tellToLeave(why: string): void {
    this.#options.transmit(quit(this.id, { why, exitCode: 3, instance: this.instance }))
  }

  /** Also takes frames of a worker that has left, which may not know yet that its last message has come. */
  frame({ type, data }: Frame): void {
    const katydid = katydidOf(data)
    const packed = packedOf(katydid)
    // nobody else knows the name of its process, so nobody else can speak for it
    if (katydid?.instance !== this.instance)
      this.#options.onBad(`a ${printableWord(type.slice(0, 40))} that does not name its process`)
    else if (this.#dismissedBecause !== undefined) this.#tellToLeave(this.#dismissedBecause)
    else if (type === 'heartbeat') {
      const beat = heartbeatOf(data)
      if (beat) this.#heartbeat(katydid, beat)
      else this.#options.onBad('a heartbeat without a state')
    } else if (packed) this.#packet(packed)
    else this.#options.onBad(`a ${printableWord(type.slice(0, 40))}, which is not a message of a katydid worker`)
  }

  tick(): void {
    const now = this.#options.now()
    // it answers no heartbeat, so it does not extend the lease
    if (!this.isClosed && now - this.heardAt > silentMs) this.probe(now, () => this.#answer(undefined))
  }

  #heard(): void {
    this.heardAt = this.#options.now()
    this.reached()
  }

  #heartbeat({ ack, at, roundTripMs }: Record<string, unknown>, beat: Heartbeat): void {
    this.#heard()
    this.roundTripMs = isCount(roundTripMs) ? Math.min(roundTripMs, mostRoundTripMs) : 0
    if (isCount(ack)) this.#reliable.acked(ack)
    this.#answer(typeof at === 'number' ? at : undefined)
    this.#reliable.retry()
    this.hand({ type: 'heartbeat', ...beat, roundTripMs: this.roundTripMs })
  }

  #packet({ seq, ack, body }: Packed): void {
    this.#heard()
    this.#reliable.receive({ seq, ack, body })
  }

  /** Told once, since it may be many messages. */
  #tellMissing(): void {
    if (this.#toldMissing) return
    this.#toldMissing = true
    const text = `worker ${printableWord(this.id)} dropped messages that had waited too long for this master: what it measured in that time is missing`
    this.hand({ type: 'event', kind: 'message_failed', text })
  }

  #take(body: Uint8Array): void {
    let message: ToMaster
    try {
      message = unpackToMaster(body)
    } catch (error) {
      this.#options.onBad((error as Error).message)
      return
    }
    if (message.type === 'client_ready') {
      this.isReady = true
      const { credentials, onReady } = this.#options
      if (credentials) this.send(credentials)
      onReady()
    }
    if (this.isReady) this.hand(message)
    else if (message.type === 'event') this.#options.onEarlyEvent(message.kind, message.text)
    else if (message.type !== 'quit') this.#options.onBad(`a ${message.type} before it has joined`)
    if (message.type !== 'quit') return
    queueMicrotask(() => this.#answer(undefined)) // it waits only for this acknowledgement
    this.hangUp('left')
  }

  /** Acknowledges what has come. `at`: the heartbeat's own time, for the clock offset. */
  #answer(at: number | undefined): void {
    const clock = at === undefined ? {} : { at, masterAt: steadyNow() }
    this.#options.transmit(masterHeartbeat(this.id, { ack: this.#reliable.ack, ...clock } satisfies Answer))
  }
}
