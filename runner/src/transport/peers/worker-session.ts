import { isCount, katydidOf, packedOf, protocol } from '../katydid/wire.ts'
import { BadFrame, decodeFrame, type Frame } from '../locust/decode.ts'
import { clientReady, custom, workerHeartbeat } from '../locust/frames.ts'
import type { WorkerState } from '../messages.ts'
import { ReliableEnd } from '../reliable/reliable-end.ts'
import { usualPatienceMs } from '../silence.ts'
import { steadyNow } from './clock.ts'
import { ClockOffset } from './clock-offset.ts'
import { RoundTrip } from './round-trip.ts'

export interface WorkerSessionOptions {
  id: string
  /** This process, as against another of the same id. */
  instance: string
  /** What the run must be called. */
  token?: string | undefined
  /** Of a load file of its own. */
  hash?: string | undefined
  /** How many processes failed in its place before it. */
  retry?: number | undefined
  /** What its starter calls its place: it stands in for who had that before. */
  place?: string | undefined
  transmit(bytes: Uint8Array): void
  usage(): { cpuPercent: number; rssBytes: number }
  tell(news: SessionNews): void
  /** Gives up the connection for a new one: one that another process of the same id took, or a lost way, says nothing of its end. */
  reconnect(): void
  /** The connection is there and its handshake is not over: on a slow way that takes many round trips. */
  isShakingHands?(): boolean
  /** A round trip as the handshake of the connection took it: the first heartbeat is to tell it. */
  handshakeRoundTripMs?(): number
  limits?: Partial<SilenceLimits>
  now?(): number
}

/** What happens between a worker and its master. */
export type SessionNews =
  | { type: 'joined'; dialect: 'katydid' | 'locust'; index: number; run: string }
  /** From a katydid master, in order. */
  | { type: 'body'; body: Uint8Array }
  /** From a Locust master. */
  | { type: 'frame'; frame: Frame }
  /** The master's answer to a heartbeat; its clock is so many ms ahead of ours. */
  | { type: 'heartbeat'; clockOffsetMs: number }
  /** Nothing was heard of the master for so long that the worker must stop its users, or leave; or it was heard again. */
  | { type: 'silence'; stage: 'lease' | 'leave' | 'over' }
  | { type: 'refused'; text: string; exitCode: number }
  | { type: 'trouble'; text: string }

export interface SilenceLimits {
  /** So long after the newest heartbeat that the master has answered was sent, users are stopped. */
  leaseMs: number
  /** The worker leaves. */
  leaveMs: number
  /** It has never been heard. */
  joinMs: number
}

export const silenceLimits: SilenceLimits = { leaseMs: 10_000, leaveMs: 60_000, joinMs: 300_000 }
const beatMs = 1_000
const readyAgainMs = 2_000
/**
 * After so long a silence, and then twice as long each time, another connection is tried. Also before a master is found: another process
 * of the same id may have taken the connection, and this one is to hear soon that it must leave.
 */
const reconnectMs = usualPatienceMs
/** Two heartbeats, and something. A way that is known to be slow gets two round trips more. */
const betweenAnswersMs = 2_500
/** What the handshake of another connection may take where the worker has joined: with a key some 20 s on a way that is 3 s slow. */
const handshakeMs = 30_000
/** Between two ticks, of which there are several a second. */
const standStillMs = 1_000
/** Before that a master that is not there is just not there yet. */
const complainMs = 20_000

/**
 * A worker's side of the talk with its master, Locust's or ours: join, heartbeats, acknowledgements, silence. Knows no socket; `tick` is
 * to be called a few times a second, from a thread that no task can block.
 */
export class WorkerSession {
  state: WorkerState = 'ready'
  readonly #options: WorkerSessionOptions
  readonly #limits: SilenceLimits
  readonly #now: () => number
  readonly #reliable: ReliableEnd
  readonly #clock = new ClockOffset()
  #dialect: 'katydid' | 'locust' | undefined
  #run: string | undefined
  #saidReadyAt = Number.NEGATIVE_INFINITY
  #beatAt = Number.NEGATIVE_INFINITY
  readonly #roundTrip = new RoundTrip()
  #heardAt: number
  /**
   * The lease counts from here: when the newest heartbeat that the master has answered was sent. The master counts from when it came, which is
   * later on any way, so the users are gone before they are others'. A Locust master does not say what it answers: from when it was heard.
   */
  #leasedAt: number
  #tickedAt: number
  /** What the wait for another connection counts from: neither a handshake nor a standstill of this process is the master's silence. */
  #waitedFrom: number
  #silence: 'lease' | 'leave' | undefined
  #reconnects = 0
  #shakingSince: number | undefined
  #complainAfterMs = complainMs
  #complained = false
  #refused = false

  constructor(options: WorkerSessionOptions) {
    this.#options = options
    this.#limits = { ...silenceLimits, ...options.limits }
    this.#now = options.now ?? (() => performance.now())
    this.#heardAt = this.#leasedAt = this.#waitedFrom = this.#tickedAt = this.#now()
    this.#reliable = new ReliableEnd({
      now: this.#now,
      roundTripMs: () => this.#roundTrip.ms,
      transmit: ({ seq, ack, body }) =>
        options.transmit(
          custom(options.id, 'katydid', {
            katydid: { instance: options.instance, seq, ack, ...(body ? { body } : {}) },
          }),
        ),
      deliver: (body) => options.tell({ type: 'body', body }),
      onGivenUp: () => this.#complain('too much waits for a silent master: the oldest reports were dropped'),
    })
  }

  /** Bodies that the master has not acknowledged. */
  get pending(): number {
    return this.#reliable.pending
  }

  /** How long the way to the master and back takes, as far as it is known. */
  get roundTripMs(): number {
    return this.#roundTrip.ms
  }

  tick(): void {
    const now = this.#now()
    // what came meanwhile is still to be read
    if (now - this.#tickedAt > standStillMs) this.#waitedFrom += now - this.#tickedAt
    this.#tickedAt = now
    if (!this.#dialect) {
      if (now - this.#saidReadyAt >= readyAgainMs) {
        this.#saidReadyAt = now
        this.#options.transmit(clientReady(this.#options.id))
      }
    } else if (now - this.#beatAt >= beatMs) this.#beat(now)
    this.#watchSilence(now)
  }

  /** A message to a katydid master. */
  send(body: Uint8Array): void {
    this.#reliable.send(body)
  }

  /** A frame to a Locust master, as it is. */
  sendFrame(bytes: Uint8Array): void {
    this.#options.transmit(bytes)
  }

  receive(bytes: Uint8Array): void {
    let frame: Frame
    try {
      frame = decodeFrame(bytes)
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error
      this.#complain(`the master sent what is no message: ${error.message}`)
      return
    }
    this.#heard()
    const katydid = katydidOf(frame.data)
    if (!this.#dialect) this.#join(frame, katydid)
    else if (this.#dialect === 'locust') this.#options.tell({ type: 'frame', frame })
    else this.#hear(frame, katydid)
  }

  #join(frame: Frame, katydid: Record<string, unknown> | undefined): void {
    if (frame.type === 'quit') {
      this.#refuse(katydid)
      return
    }
    if (frame.type !== 'ack') return
    const { index } = (frame.data ?? {}) as { index?: unknown }
    if (katydid && katydid.protocol !== protocol) {
      this.#options.tell({
        type: 'refused',
        text: `the master speaks version ${isCount(katydid.protocol) ? katydid.protocol : '(unknown)'} of the protocol, this worker version ${protocol}: use the same katydid`,
        exitCode: 3,
      })
      return
    }
    this.#dialect = katydid ? 'katydid' : 'locust'
    this.#leasedAt = this.#now()
    this.#reconnects = 0
    this.#roundTrip.suppose(this.#options.handshakeRoundTripMs?.() ?? 0)
    this.#run = typeof katydid?.run === 'string' ? katydid.run : ''
    this.#options.tell({
      type: 'joined',
      dialect: this.#dialect,
      index: isCount(index) ? index : 0,
      run: this.#run,
    })
    this.#beat(this.#now())
  }

  #hear(frame: Frame, katydid: Record<string, unknown> | undefined): void {
    if (frame.type === 'heartbeat') {
      if (!katydid) return
      if (isCount(katydid.ack)) this.#reliable.acked(katydid.ack)
      this.#answered(katydid.at)
      this.#reliable.retry()
      this.#compareClocks(katydid)
      this.#options.tell({ type: 'heartbeat', clockOffsetMs: this.#clock.ms })
      return
    }
    if (frame.type === 'quit' && !packedOf(katydid)) {
      this.#refuse(katydid)
      return
    }
    const packed = packedOf(katydid)
    if (packed) this.#reliable.receive({ seq: packed.seq, ack: packed.ack, body: packed.body })
  }

  #refuse(katydid: Record<string, unknown> | undefined): void {
    if (typeof katydid?.instance === 'string' && katydid.instance !== this.#options.instance) return
    if (this.#refused) return
    this.#refused = true
    const why = typeof katydid?.why === 'string' ? katydid.why : 'its run is over, or it is another run'
    const exitCode = isCount(katydid?.exitCode) ? katydid.exitCode : 0
    this.#options.tell({ type: 'refused', text: `the master told this worker to leave: ${why}`, exitCode })
  }

  #beat(now: number): void {
    const { id, instance, token, hash, retry, place, usage } = this.#options
    this.#beatAt = now
    const { cpuPercent, rssBytes } = usage()
    const about = { state: this.state, cpuPercent, rssBytes }
    if (this.#dialect === 'locust') {
      this.#options.transmit(workerHeartbeat(id, about))
      return
    }
    const at = steadyNow()
    this.#roundTrip.asked(at, now)
    const acceptance = {
      protocol,
      run: this.#run,
      instance,
      token,
      hash,
      retry,
      place,
      ack: this.#reliable.ack,
      at,
      roundTripMs: Math.round(this.#roundTrip.ms),
    }
    this.#options.transmit(workerHeartbeat(id, about, acceptance))
    if (this.#reliable.pending > 0) this.#reliable.retry()
  }

  #compareClocks({ at, masterAt }: Record<string, unknown>): void {
    if (typeof at === 'number' && typeof masterAt === 'number') this.#clock.add(at, masterAt, steadyNow())
  }

  #heard(): void {
    this.#heardAt = this.#waitedFrom = this.#now()
    this.#reconnects = 0
    if (this.#dialect === 'locust') this.#leased(this.#heardAt)
  }

  /** The master has answered the heartbeat of that moment. */
  #answered(at: unknown): void {
    const askedAt = this.#roundTrip.answered(at, this.#now())
    if (askedAt !== undefined) this.#leased(askedAt)
  }

  #leased(at: number): void {
    this.#leasedAt = Math.max(this.#leasedAt, at)
    if (!this.#silence || this.#now() - this.#leasedAt >= this.#limits.leaseMs) return
    this.#silence = undefined
    this.#options.tell({ type: 'silence', stage: 'over' })
  }

  #watchSilence(now: number): void {
    const silentMs = now - this.#heardAt
    const { leaseMs, leaveMs, joinMs } = this.#limits
    this.#tryAnotherConnection(now)
    if (!this.#dialect && silentMs >= this.#complainAfterMs) {
      this.#complainAfterMs *= 2
      const what = this.#shakingSince === undefined ? 'no master has answered' : 'a handshake has been under way'
      const text = `${what} for ${Math.round((now - (this.#shakingSince ?? this.#heardAt)) / 1_000)} s: are the master's address and port right, and is it there?`
      this.#options.tell({ type: 'trouble', text })
    }
    if (silentMs >= (this.#dialect ? leaveMs : joinMs)) {
      if (this.#silence === 'leave') return
      this.#silence = 'leave'
      this.#options.tell({ type: 'silence', stage: 'leave' })
    } else if (this.#dialect && now - this.#leasedAt >= leaseMs && !this.#silence) {
      this.#silence = 'lease'
      this.#options.tell({ type: 'silence', stage: 'lease' })
    }
  }

  #tryAnotherConnection(now: number): void {
    // a Locust master does not hear a second connection of one id while it believes in the first
    if (this.#dialect === 'locust') return
    if (!this.#options.isShakingHands?.()) this.#shakingSince = undefined
    else {
      this.#shakingSince ??= now
      if (!this.#dialect || now - this.#shakingSince < handshakeMs) this.#waitedFrom = now
    }
    const patienceMs = Math.max(reconnectMs, betweenAnswersMs + 2 * this.#roundTrip.ms) * 2 ** this.#reconnects
    if (now - this.#waitedFrom < patienceMs) return
    this.#reconnects++
    this.#shakingSince = undefined
    this.#options.reconnect()
  }

  #complain(text: string): void {
    if (this.#complained) return
    this.#complained = true
    this.#options.tell({ type: 'trouble', text })
  }
}
