import type { EventKind } from '../../facts/run-event.ts'
import type { Log } from '../../log.ts'
import { printableWord } from '../../printable.ts'
import type { UserClassInfo } from '../../profile/class-sequence.ts'
import { katydidOf } from '../katydid/wire.ts'
import { BadFrame, decodeFrame, type Frame } from '../locust/decode.ts'
import { quit, type SpawnExtras } from '../locust/frames.ts'
import { textOf } from '../locust/plausible.ts'
import { checkSize } from '../message-size.ts'
import type { ToWorker } from '../messages.ts'
import { ForeignWorkers } from './foreign-workers.ts'
import { Handshake, type Newcomer, placeOf, type Terms } from './handshake.ts'
import { KatydidPeer, mostRoundTripMs } from './katydid-peer.ts'
import { LocustPeer } from './locust-peer.ts'
import type { PeerLink } from './peer-link.ts'
import { BadPeers, UnknownClasses } from './peer-warnings.ts'
import { Peers } from './peers.ts'

export interface JoinedWorker {
  /** Printable, whatever id the worker sent. */
  id: string
  index: number
  kind: 'katydid' | 'locust'
  link: PeerLink
  /** It replaces a worker that failed and that this process never met. */
  replacesUnknown?: boolean
  /** Id of the worker that it replaces, which has ended or was told to leave. */
  replaces?: string
}

export interface PeerServerOptions extends Terms {
  /** The first message to each katydid worker, the same bytes for all. */
  job: Uint8Array
  /** What workers get once they have joined. The job goes to anyone who asks. */
  credentials?: Extract<ToWorker, { type: 'credentials' }> | undefined
  classes: readonly UserClassInfo[]
  /** These classes were chosen, so others get no users. */
  classesChosen?: boolean
  extras: SpawnExtras
  /** How many workers each pod has. Left out: one. */
  perHost?: number | undefined
  /** A worker that is silent for so long is missing, and its id and place are free. Left out: the default. */
  missingMs?: number | undefined
  transmit(id: string, bytes: Uint8Array): void
  onWorker(worker: JoinedWorker): void
  onEvent(kind: EventKind, text: string): void
  log: Pick<Log, 'info' | 'warn' | 'error'>
  now?(): number
}

/** Limit of one message before a worker has joined: it only says who it is and what it can run. */
const mostBytesOfNewcomers = 256 * 1024
/** Messages of a worker that leaves. They do not show that it is in another master's run. */
const farewells = ['quit', 'client_stopped', 'logs']

/**
 * The master's side of the conversation with all workers: gives each frame to the right part. `handshake.ts` lets workers in, and then each worker's
 * peer takes its frames. It knows no socket. Call `tick` a few times a second.
 */
export class PeerServer {
  readonly #options: PeerServerOptions
  readonly #now: () => number
  readonly #peers: Peers
  readonly #handshake: Handshake
  readonly #foreign: ForeignWorkers
  readonly #bad: BadPeers
  readonly #unknown: UnknownClasses
  #finished = false

  /** @throws KatydidError LOAD_FILE where the job is larger than a worker takes */
  constructor(options: PeerServerOptions) {
    checkSize('job', options.job.length, 'toWorker')
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#peers = new Peers({ now: this.#now, missingMs: options.missingMs, perHost: options.perHost })
    this.#bad = new BadPeers(options.log)
    const isOver = () => this.#finished
    const { transmit, onEvent, classesChosen = false } = options
    this.#unknown = new UnknownClasses(classesChosen, (text) => onEvent('locust_classes', text))
    this.#handshake = new Handshake({
      terms: options,
      indexOf: (id) => this.#peers.places.indexOf(id),
      forget: (id) => this.#peers.places.forget(id),
      isOver,
      now: this.#now,
      transmit,
      onBad: (id, text) => this.#bad.count(id, text),
      onEvent,
    })
    this.#foreign = new ForeignWorkers({ isOver, transmit, onEvent })
  }

  /** Workers that were heard lately and have not left. */
  get present(): number {
    return this.#peers.present
  }

  /** The longest known round trip to one of them. */
  get roundTripMs(): number {
    return this.#peers.roundTripMs
  }

  /** The run is over: workers that still come are told to leave. */
  finish(): void {
    this.#finished = true
  }

  /** A worker's process is known to have ended. */
  lost(id: string, reason: string): void {
    this.#peers.get(id)?.hangUp(reason)
  }

  tick(): void {
    this.#peers.tick()
  }

  /** A frame could not be delivered, because its worker is not connected. */
  unreachable(id: string): void {
    this.#peers.get(id)?.unreachable()
  }

  /** Takes a frame from anybody. Nothing in it may end the run. */
  receive(sender: string, bytes: Uint8Array): void {
    if (!this.#affords(sender, bytes.length)) return
    try {
      this.#take(sender, decodeFrame(bytes))
    } catch (error) {
      if (error instanceof BadFrame) this.#bad.count(sender, error.message)
      else {
        // our mistake: a part of what it reported may be missing
        const what = `cannot follow a message of worker ${printableWord(sender)}`
        this.#options.log.error({ err: error }, what)
        const text = `${what}: ${String(error).slice(0, 300)}`
        this.#options.onEvent('message_failed', text)
      }
    }
  }

  /** Limits what messages may cost: a worker that has joined has a budget, and others may only send small messages. */
  #affords(sender: string, bytes: number): boolean {
    const peer = this.#peers.get(sender)
    if (peer?.isReady && !peer.isClosed) {
      if (peer.budget.take(bytes, this.#now())) return true
      this.#bad.count(sender, 'more bytes than a worker sends')
      return false
    }
    if (bytes <= mostBytesOfNewcomers) return true
    this.#bad.count(sender, `${bytes} bytes before it has joined`)
    return false
  }

  /** A frame counts for the id of its connection, never for the id inside it, which could be anybody's. */
  #take(id: string, frame: Frame): void {
    // a connection without an id, or frames left over from a replaced connection, which a katydid worker sends again
    if (id.startsWith('\0')) {
      this.#bad.count('without an id', 'a worker names itself when it connects')
      return
    }
    const peer = this.#peers.get(id)
    const isIn = peer !== undefined && !peer.isClosed
    if (peer instanceof LocustPeer && isIn) peer.frame(frame)
    else if (frame.type === 'client_ready') this.#greet(id, frame, isIn)
    else if (peer instanceof LocustPeer)
      return // its heartbeat thread may still run after `quit`
    else if (peer?.isOfAnother(frame)) this.#twin(id, peer, frame)
    else if (peer && (isIn || katydidOf(frame.data))) peer.frame(frame)
    else if (this.#handshake.isUnderWay(id)) this.#introduce(id, frame)
    else if (!farewells.includes(frame.type)) this.#foreign.meet(id, frame)
  }

  #greet(id: string, frame: Frame, isIn: boolean): void {
    if (this.#handshake.greet(id, frame.data, isIn)) this.#foreign.back(id)
  }

  /** Another process has the same id. It is let in if it replaces the first, or if the first has left or is silent. */
  #twin(id: string, peer: KatydidPeer, frame: Frame): void {
    const standsIn = peer.place !== undefined && peer.place === placeOf(katydidOf(frame.data))
    if (!standsIn && !this.#peers.isGone(id)) {
      this.#bad.count(id, 'two workers have this id: the master rejects the second one')
      // the first process may have this connection by now and must not obey; the instance says who is meant
      const instance = textOf(katydidOf(frame.data)?.instance) ?? ''
      this.#options.transmit(id, quit(id, { why: 'another worker has the same id', exitCode: 3, instance }))
      return
    }
    peer.hangUp('another process replaced it')
    this.#peers.drop(id, peer)
    this.#introduce(id, frame)
  }

  /** The message after the greeting tells what its sender is. Its peer takes it as its first message. */
  #introduce(id: string, frame: Frame): void {
    const newcomer = this.#handshake.answer(id, katydidOf(frame.data))
    if (!newcomer) return
    if (newcomer.kind === 'foreign') {
      this.#foreign.meet(id, frame)
      return
    }
    const peer = newcomer.kind === 'katydid' ? this.#katydidPeer(id, newcomer) : this.#locustPeer(id, newcomer)
    this.#peers.add(id, peer)
    const language = newcomer.kind === 'locust' ? `; it speaks Locust ${newcomer.version}` : ''
    this.#options.log.info(`worker ${printableWord(id)} connected${language}`)
    peer.frame(frame)
  }

  #katydidPeer(id: string, { instance, retry, place }: Extract<Newcomer, { kind: 'katydid' }>): KatydidPeer {
    const { job, credentials, onEvent, onWorker } = this.#options
    const before = place === undefined ? undefined : this.#peers.shared.last(place)?.id
    const greetedWith = this.#peers.places.indexOf(id)
    if (before !== undefined) this.#peers.places.standIn(id, before)
    const index = this.#peers.places.indexOf(id)
    const replacesUnknown = retry > 0 && before === undefined && this.#peers.places.isFirstOfItsHost(id)
    const peer: KatydidPeer = new KatydidPeer({
      ...this.#wayTo(id),
      instance,
      place,
      index: index === greetedWith ? undefined : index,
      job,
      credentials,
      onEarlyEvent: onEvent,
      onReady: () => {
        const replaces = this.#takePlace(id, peer)
        onWorker({ id: printableWord(id), index, kind: 'katydid', link: peer, replacesUnknown, ...replaces })
      },
    })
    if (place !== undefined) this.#peers.shared.come(place, peer)
    return peer
  }

  /** Called only when it has joined: if it fails before that, the worker before it stays. */
  #takePlace(id: string, peer: KatydidPeer): { replaces?: string } {
    if (peer.place === undefined) return {}
    const before = this.#peers.shared.joined(peer.place, peer)
    for (const one of before) one.dismiss(`worker ${printableWord(id)} replaced it`)
    const last = before.findLast(({ isReady }) => isReady)
    return last ? { replaces: printableWord(last.id) } : {}
  }

  #locustPeer(id: string, { version, roundTripMs }: Extract<Newcomer, { kind: 'locust' }>): LocustPeer {
    const { classes, extras, onWorker } = this.#options
    const index = this.#peers.places.indexOf(id)
    const peer: LocustPeer = new LocustPeer({
      ...this.#wayTo(id),
      index,
      roundTripMs: Math.min(roundTripMs, mostRoundTripMs),
      python: /^\d/.test(version), // boomer and locust4j say -1
      extras,
      classes,
      onReady: () => onWorker({ id: printableWord(id), index, kind: 'locust', link: peer }),
      onUnknownClasses: (names) => this.#unknown.meet(names),
    })
    return peer
  }

  /** What a peer of either kind needs. */
  #wayTo(id: string) {
    return {
      id,
      now: this.#now,
      transmit: (bytes: Uint8Array) => this.#options.transmit(id, bytes),
      onBad: (text: string) => this.#bad.count(id, text),
    }
  }
}
