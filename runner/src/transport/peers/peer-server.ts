import type { Log } from '../../log.ts'
import type { UserClassInfo } from '../../users/spread.ts'
import { isCount, katydidOf, packedOf, protocol } from '../katydid/wire.ts'
import { BadFrame, decodeFrame, type Frame } from '../locust/decode.ts'
import { ack, quit, stop } from '../locust/frames.ts'
import { textOf } from '../locust/plausible.ts'
import { hostOf } from '../node-id.ts'
import { BadPeers } from './bad-peers.ts'
import { heartbeatOf } from './heartbeat.ts'
import { KatydidPeer } from './katydid-peer.ts'
import { LocustPeer, type SpawnExtras } from './locust-peer.ts'
import type { PeerLink } from './peer-link.ts'

export interface JoinedWorker {
  id: string
  index: number
  kind: 'katydid' | 'locust'
  link: PeerLink
  /** It stands in for one that failed, which this process never met. */
  replacesUnmet?: boolean
}

export interface PeerServerOptions {
  /** This process's run: no other has the same. */
  run: string
  /** What a worker may ask its run to be called; left out: whatever it likes. */
  token?: string | undefined
  /** Of the master's load file. */
  fileHash: string
  /** The first message to each katydid worker; the same bytes for all. */
  job: Uint8Array
  classes: readonly UserClassInfo[]
  extras: SpawnExtras
  /** Why a Locust worker can take no part in this run. */
  refuseLocust?: string | undefined
  transmit(id: string, bytes: Uint8Array): void
  onWorker(worker: JoinedWorker): void
  onEvent(kind: string, text: string): void
  log: Pick<Log, 'info' | 'warn' | 'error'>
  now?(): number
}

/** How long an id whose process was heard stays that process's. */
const aliveMs = 5_000
/** Greeted, and nothing said since: a port scanner may be many. */
const mostGreeted = 20_000
const mostTurnedAway = 100

/**
 * The master's side of every talk with workers: who is who, which language each speaks, who is refused. Knows no socket; `tick` is to be
 * called a few times a second.
 */
export class PeerServer {
  readonly #options: PeerServerOptions
  readonly #now: () => number
  readonly #indexes = new Map<string, number>()
  /** Said `client_ready` and were answered: their next message tells what they are. */
  readonly #greeted = new Map<string, string>()
  readonly #peers = new Map<string, KatydidPeer | LocustPeer>()
  readonly #bad: BadPeers
  readonly #orphans = new Set<string>()
  /** Told to stop a run that was none of ours, and not yet back. */
  readonly #stopping = new Set<string>()
  readonly #toldUnknown = new Set<string>()
  readonly #turnedAway = new Set<string>()
  /** Of each host, the id that was the first to come. */
  readonly #firstOf = new Map<string, string>()
  #finished = false

  constructor(options: PeerServerOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#bad = new BadPeers(options.log)
  }

  /** Workers that were heard lately and have not left. */
  get present(): number {
    let present = 0
    for (const peer of this.#peers.values()) if (!peer.isClosed && this.#now() - peer.heardAt < aliveMs) present++
    return present
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
    for (const peer of this.#peers.values()) if (peer instanceof LocustPeer) peer.tick()
  }

  /** A frame was for a worker that is not connected. */
  unreachable(id: string): void {
    const peer = this.#peers.get(id)
    if (peer instanceof LocustPeer) peer.unreachable()
  }

  /** Takes what anybody sends: nothing in it may end the run of everybody else. */
  receive(sender: string, bytes: Uint8Array): void {
    try {
      this.#take(sender, decodeFrame(bytes))
    } catch (error) {
      if (error instanceof BadFrame) this.#countBad(sender, error.message)
      else {
        // ours: something of what it reported may be missing
        this.#options.log.error({ err: error }, `a message of worker ${sender.slice(0, 200)} could not be followed`)
        const text = `a message of worker ${sender.slice(0, 200)} could not be followed: ${String(error).slice(0, 300)}`
        this.#options.onEvent('message_failed', text)
      }
    }
  }

  #take(sender: string, frame: Frame): void {
    let id = sender
    if (id.startsWith('\0')) {
      // what was left in a connection whose place another has taken: ZeroMQ gives it a name of its own
      id = frame.nodeId
      if (!this.#peers.has(id)) return
    }
    const katydid = katydidOf(frame.data)
    const peer = this.#peers.get(id)
    if (peer && !peer.isClosed) this.#known(id, peer, frame, katydid)
    else if (peer instanceof KatydidPeer && katydid && frame.type !== 'client_ready')
      this.#late(id, peer, frame, katydid)
    else if (peer instanceof LocustPeer && frame.type !== 'client_ready')
      return // its threads may still send a heartbeat after `quit`
    else if (this.#greeted.has(id)) this.#introduce(id, frame, katydid)
    else this.#unknown(id, frame, katydid)
  }

  #known(id: string, peer: KatydidPeer | LocustPeer, frame: Frame, katydid: Record<string, unknown> | undefined): void {
    if (peer instanceof LocustPeer) {
      peer.frame(frame)
      return
    }
    if (frame.type === 'client_ready') {
      this.#greet(id, frame)
      return
    }
    if (frame.type === 'heartbeat' && katydid) {
      if (katydid.instance !== peer.instance) {
        this.#twin(id, peer, frame, katydid)
        return
      }
      const beat = heartbeatOf(frame.data)
      if (!beat) {
        this.#countBad(id, 'a heartbeat without a state')
        return
      }
      peer.heartbeat(katydid, { type: 'heartbeat', ...beat })
      return
    }
    const packed = packedOf(katydid)
    if (packed) peer.packet(packed)
    else if (frame.type === 'quit') peer.hangUp('left')
    else this.#countBad(id, `a ${frame.type.slice(0, 40)} that is no message of a katydid worker`)
  }

  /** From one that has left: it may not know yet that its last word has come; or from another process that has its id now. */
  #late(id: string, peer: KatydidPeer, frame: Frame, katydid: Record<string, unknown>): void {
    const packed = packedOf(katydid)
    if (packed) {
      peer.packet(packed)
      return
    }
    if (katydid.instance !== peer.instance) {
      this.#peers.delete(id)
      this.#introduce(id, frame, katydid)
      return
    }
    const beat = heartbeatOf(frame.data)
    if (beat) peer.heartbeat(katydid, { type: 'heartbeat', ...beat })
  }

  /** Another process under the same id: it is welcome where the first has not been heard for a while. */
  #twin(id: string, peer: KatydidPeer, frame: Frame, katydid: Record<string, unknown>): void {
    if (this.#now() - peer.heardAt < aliveMs) {
      this.#countBad(id, 'two workers have this id: the second is told to leave')
      // its connection may be the first one's by now, who must not take this for its own
      this.#refuse(id, 'another worker has the same id', 3, true, textOf(katydid.instance) ?? '')
      return
    }
    peer.hangUp('another process took its place')
    this.#peers.delete(id)
    this.#introduce(id, frame, katydid)
  }

  #unknown(id: string, frame: Frame, katydid: Record<string, unknown> | undefined): void {
    if (frame.type === 'client_ready') {
      this.#greet(id, frame)
      return
    }
    if (frame.type === 'quit' || frame.type === 'client_stopped' || frame.type === 'logs') return
    this.#orphan(id, frame, katydid)
  }

  #greet(id: string, frame: Frame): void {
    if (this.#finished) {
      this.#refuse(id, '', 0, false)
      return
    }
    if (frame.data === null || frame.data === '') {
      this.#countBad(id, 'a worker older than Locust 2.0')
      return
    }
    const { run } = this.#options
    this.#stopping.delete(id)
    if (this.#peers.get(id)?.isClosed ?? true) this.#greeted.set(id, versionOf(frame.data))
    if (this.#greeted.size > mostGreeted) this.#greeted.delete(this.#greeted.keys().next().value as string)
    this.#options.transmit(id, ack(id, this.#indexOf(id), { protocol, run }))
  }

  /** The message after the greeting: a katydid worker accepts what was offered, another knows nothing of it. */
  #introduce(id: string, frame: Frame, katydid: Record<string, unknown> | undefined): void {
    if (frame.type === 'client_ready') {
      this.#greet(id, frame)
      return
    }
    if (this.#finished) {
      this.#refuse(id, 'the run is over', 0, katydid !== undefined)
      return
    }
    if (!katydid) {
      this.#introduceLocust(id, frame)
      return
    }
    const { token, run, fileHash, log, onEvent } = this.#options
    if (katydid.protocol !== protocol || typeof katydid.instance !== 'string') {
      this.#turnAway(id, `this master speaks version ${protocol} of the protocol`)
      return
    }
    if (typeof katydid.token === 'string' && token !== undefined && katydid.token !== token) {
      this.#turnAway(id, `this master's run is ${token}, not ${katydid.token.slice(0, 100)}`)
      return
    }
    if (typeof katydid.run === 'string' && katydid.run !== run) {
      this.#orphan(id, frame, katydid)
      return
    }
    if (typeof katydid.hash === 'string' && katydid.hash !== fileHash)
      onEvent('load_file_differs', `worker ${id} has another load file than the master`)
    const index = this.#indexOf(id)
    const replacesUnmet = isCount(katydid.retry) && katydid.retry > 0 && this.#firstOf.get(hostOf(id)) === id
    const peer = new KatydidPeer({
      id,
      instance: katydid.instance,
      job: this.#options.job,
      now: this.#now,
      transmit: (bytes) => this.#options.transmit(id, bytes),
      onBad: (text) => this.#countBad(id, text),
      onEarlyEvent: onEvent,
      onReady: () => this.#options.onWorker({ id, index, kind: 'katydid', link: peer, replacesUnmet }),
    })
    this.#greeted.delete(id)
    this.#peers.set(id, peer)
    log.info(`worker ${id} has come`)
    const beat = heartbeatOf(frame.data)
    if (beat) peer.heartbeat(katydid, { type: 'heartbeat', ...beat })
  }

  #introduceLocust(id: string, frame: Frame): void {
    const { refuseLocust, classes, extras, log, onEvent } = this.#options
    const version = this.#greeted.get(id) ?? ''
    this.#greeted.delete(id)
    if (refuseLocust !== undefined) {
      onEvent('worker_refused', `worker ${id} speaks only Locust: ${refuseLocust}`)
      this.#refuse(id, '', 0, false)
      return
    }
    const index = this.#indexOf(id)
    const peer: LocustPeer = new LocustPeer({
      id,
      index,
      python: /^\d/.test(version), // boomer and locust4j say -1
      extras,
      classes,
      now: this.#now,
      transmit: (bytes) => this.#options.transmit(id, bytes),
      onBad: (text) => this.#countBad(id, text),
      onReady: () => this.#options.onWorker({ id, index, kind: 'locust', link: peer }),
      onUnknownClasses: (names) => this.#tellUnknown(names),
    })
    this.#peers.set(id, peer)
    log.info(`worker ${id} has come; it speaks Locust ${version}`)
    peer.frame(frame)
  }

  /**
   * A worker of another master, most likely of one that died here. A katydid worker leaves; a Python one stops its users when told to, and
   * then comes as if new.
   */
  #orphan(id: string, frame: Frame, katydid: Record<string, unknown> | undefined): void {
    const beat = frame.type === 'heartbeat' ? heartbeatOf(frame.data) : undefined
    const runs = katydid !== undefined || beat?.state === 'running' || beat?.state === 'spawning'
    if (runs && !this.#finished && !this.#orphans.has(id)) {
      this.#orphans.add(id)
      this.#options.onEvent('master_restarted', `master restarted: worker ${id} was in the run of another master`)
    }
    if (katydid) {
      this.#refuse(id, 'it is in the run of another master', 3)
      return
    }
    if (this.#finished) {
      this.#options.transmit(id, quit(id))
      return
    }
    // once: for each a Python worker sleeps its stop timeout before it is ready again
    if ((!beat && frame.type !== 'stats') || this.#stopping.has(id)) return
    this.#stopping.add(id)
    this.#options.transmit(id, stop(id))
  }

  /** Once for each set of names: workers of one locustfile have the same. */
  #tellUnknown(names: readonly string[]): void {
    const text = `Locust workers run ${names.join(', ')}, which the load file has not: each has the weight 1`
    if (this.#toldUnknown.has(text)) return
    this.#toldUnknown.add(text)
    this.#options.onEvent('locust_classes', text)
  }

  /** Once for each: whoever waits for workers is to know that some came, and why they left. */
  #turnAway(id: string, why: string): void {
    this.#refuse(id, why, 3)
    if (this.#turnedAway.has(id) || this.#turnedAway.size >= mostTurnedAway) return
    this.#turnedAway.add(id)
    this.#options.onEvent('worker_turned_away', `worker ${id.slice(0, 200)} was told to leave: ${why}`)
  }

  /** Only who has spoken our language is told why in it. */
  #refuse(id: string, why: string, exitCode = 0, katydid = true, instance?: string): void {
    const who = instance === undefined ? {} : { instance }
    this.#options.transmit(id, katydid ? quit(id, { why, exitCode, ...who }) : quit(id))
  }

  #indexOf(id: string): number {
    let index = this.#indexes.get(id)
    if (index === undefined) {
      this.#indexes.set(id, (index = this.#indexes.size))
      if (!this.#firstOf.has(hostOf(id))) this.#firstOf.set(hostOf(id), id)
    }
    return index
  }

  #countBad(id: string, text: string): void {
    this.#bad.count(id, text)
  }
}

/** What it said it is; a peer may send anything in its place. */
function versionOf(data: unknown): string {
  return typeof data === 'number' ? String(data) : (textOf(data) ?? 'unknown').slice(0, 40)
}
