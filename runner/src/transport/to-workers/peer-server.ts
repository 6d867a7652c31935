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
  /** Printable, whatever the worker calls itself. */
  id: string
  index: number
  kind: 'katydid' | 'locust'
  link: PeerLink
  /** It stands in for one that failed, which this process never met. */
  replacesUnknown?: boolean
  /** The worker it stands in for, which is gone by now, or has been told to leave. */
  replaces?: string
}

export interface PeerServerOptions extends Terms {
  /** The first message to each katydid worker; the same bytes for all. */
  job: Uint8Array
  /** What those get besides who have joined: the job is for whoever asks. */
  credentials?: Extract<ToWorker, { type: 'credentials' }> | undefined
  classes: readonly UserClassInfo[]
  /** Somebody chose these classes: others have no users. */
  classesChosen?: boolean
  extras: SpawnExtras
  /** Workers of a pod; left out: one. */
  perHost?: number | undefined
  /** A worker that is silent for so long is missing, and its id and place are free; left out: as usual. */
  missingMs?: number | undefined
  transmit(id: string, bytes: Uint8Array): void
  onWorker(worker: JoinedWorker): void
  onEvent(kind: EventKind, text: string): void
  log: Pick<Log, 'info' | 'warn' | 'error'>
  now?(): number
}

/** In one message: until it has joined a worker says who it is, and what it can run. */
const mostBytesOfNewcomers = 256 * 1024
/** What is said in leaving is no sign of another master's run. */
const farewells = ['quit', 'client_stopped', 'logs']

/**
 * The master's side of every talk with workers: who is who, and whom each message is for. How workers come in is `handshake.ts`'s business,
 * what each says then that of its peer. Knows no socket; `tick` is to be called a few times a second.
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

  /** How long the slowest way to one of them and back takes, as far as it is known. */
  get roundTripMs(): number {
    return this.#peers.roundTripMs
  }

  /** The run is over: whoever still comes is told to leave. */
  finish(): void {
    this.#finished = true
  }

  /** A worker's process is known to be gone. */
  lost(id: string, reason: string): void {
    this.#peers.get(id)?.hangUp(reason)
  }

  tick(): void {
    this.#peers.tick()
  }

  /** A frame was for a worker that is not connected. */
  unreachable(id: string): void {
    this.#peers.get(id)?.unreachable()
  }

  /** Takes what anybody sends: nothing in it may end the run of everybody else. */
  receive(sender: string, bytes: Uint8Array): void {
    if (!this.#affords(sender, bytes.length)) return
    try {
      this.#take(sender, decodeFrame(bytes))
    } catch (error) {
      if (error instanceof BadFrame) this.#bad.count(sender, error.message)
      else {
        // ours: something of what it reported may be missing
        const what = `a message of worker ${printableWord(sender)} could not be followed`
        this.#options.log.error({ err: error }, what)
        const text = `${what}: ${String(error).slice(0, 300)}`
        this.#options.onEvent('message_failed', text)
      }
    }
  }

  /** What is made of messages takes room: who has joined has a budget, and of others there may be many. */
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

  /** A frame counts for the id that its connection gave, never for the one that is in it: that could be anybody's. */
  #take(id: string, frame: Frame): void {
    // a connection without a name, or what was left in one whose place another has taken: a worker of ours sends that again
    if (id.startsWith('\0')) {
      this.#bad.count('without an id', 'a worker names itself when it connects')
      return
    }
    const peer = this.#peers.get(id)
    const isIn = peer !== undefined && !peer.isClosed
    if (peer instanceof LocustPeer && isIn) peer.frame(frame)
    else if (frame.type === 'client_ready') this.#greet(id, frame, isIn)
    else if (peer instanceof LocustPeer)
      return // its threads may still send a heartbeat after `quit`
    else if (peer?.isOfAnother(frame)) this.#twin(id, peer, frame)
    else if (peer && (isIn || katydidOf(frame.data))) peer.frame(frame)
    else if (this.#handshake.isUnderWay(id)) this.#introduce(id, frame)
    else if (!farewells.includes(frame.type)) this.#foreign.meet(id, frame)
  }

  #greet(id: string, frame: Frame, isIn: boolean): void {
    if (this.#handshake.greet(id, frame.data, isIn)) this.#foreign.back(id)
  }

  /** Another process under the same id: it is welcome where it stands in for the first, or that has left, or has not been heard for a while. */
  #twin(id: string, peer: KatydidPeer, frame: Frame): void {
    const standsIn = peer.place !== undefined && peer.place === placeOf(katydidOf(frame.data))
    if (!standsIn && !this.#peers.isGone(id)) {
      this.#bad.count(id, 'two workers have this id: the second is told to leave')
      // its connection may be the first one's by now, who must not take this for its own
      const instance = textOf(katydidOf(frame.data)?.instance) ?? ''
      this.#options.transmit(id, quit(id, { why: 'another worker has the same id', exitCode: 3, instance }))
      return
    }
    peer.hangUp('another process took its place')
    this.#peers.drop(id, peer)
    this.#introduce(id, frame)
  }

  /** The message after the greeting tells what its sender is, and is the first that its peer takes. */
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

  /** Only now that it is there: until then the one before it may be the better one. */
  #takePlace(id: string, peer: KatydidPeer): { replaces?: string } {
    if (peer.place === undefined) return {}
    const before = this.#peers.shared.joined(peer.place, peer)
    for (const one of before) one.dismiss(`worker ${printableWord(id)} has its place`)
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

  /** What a peer of either kind needs of us. */
  #wayTo(id: string) {
    return {
      id,
      now: this.#now,
      transmit: (bytes: Uint8Array) => this.#options.transmit(id, bytes),
      onBad: (text: string) => this.#bad.count(id, text),
    }
  }
}
