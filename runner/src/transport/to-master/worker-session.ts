import { type Acceptance, isCount, katydidOf, packedOf, protocol, steadyNow } from '../katydid/wire.ts'
import { BadFrame, decodeFrame, type Frame } from '../locust/decode.ts'
import { clientReady, custom, workerHeartbeat } from '../locust/frames.ts'
import type { WorkerState } from '../messages.ts'
import { ReliableEnd } from '../reliable/reliable-end.ts'
import { ClockOffset } from './clock-offset.ts'
import { ConnectingAnew, type ConnectingAnewOptions } from './connecting-anew.ts'
import { MasterSilence, type SilenceLimits, type SilenceStage } from './master-silence.ts'
import { RoundTrip } from './round-trip.ts'

export interface WorkerSessionOptions extends Pick<ConnectingAnewOptions, 'reconnect' | 'isShakingHands'> {
  id: string
  /** Names this process, to tell it from another with the same id. */
  instance: string
  /** The run token that it expects. */
  token?: string | undefined
  /** Hash of its own load file, if it has one. */
  hash?: string | undefined
  /** How many processes failed in its place before. */
  retry?: number | undefined
  /** The name that its starter gave to its place. It replaces the worker that had the place before. */
  place?: string | undefined
  transmit(bytes: Uint8Array): void
  usage(): { cpuPercent: number; rssBytes: number }
  tell(news: SessionNews): void
  /** The round trip as measured in the connection's handshake, for the first heartbeat. */
  handshakeRoundTripMs?(): number
  limits?: Partial<SilenceLimits> | undefined
  now?(): number
}

/** What the session tells the worker. */
export type SessionNews =
  | { type: 'joined'; dialect: 'katydid' | 'locust'; index: number; run: string }
  /** From a katydid master, in order. */
  | { type: 'body'; body: Uint8Array }
  /** From a Locust master. */
  | { type: 'frame'; frame: Frame }
  /** The master's answer to a heartbeat; its clock is so many ms ahead of ours. */
  | { type: 'heartbeat'; clockOffsetMs: number }
  /** The master was silent for so long that the worker must stop its users or leave, or it is heard again. */
  | { type: 'silence'; stage: SilenceStage }
  | { type: 'refused'; text: string; exitCode: number }
  | { type: 'trouble'; text: string }

const beatMs = 1_000
const readyAgainMs = 2_000
/**
 * A worker's side of the conversation with its master, which is Locust's or katydid's: join, heartbeats, acknowledgements, silence. It knows no
 * socket. Call `tick` a few times a second, from a thread that no task can block.
 */
export class WorkerSession {
  state: WorkerState = 'ready'
  readonly #options: WorkerSessionOptions
  readonly #now: () => number
  readonly #reliable: ReliableEnd
  readonly #clock = new ClockOffset()
  #dialect: 'katydid' | 'locust' | undefined
  #run: string | undefined
  #saidReadyAt = Number.NEGATIVE_INFINITY
  #beatAt = Number.NEGATIVE_INFINITY
  readonly #roundTrip = new RoundTrip()
  readonly #silence: MasterSilence
  readonly #anew: ConnectingAnew
  #complained = false
  #refused = false

  constructor(options: WorkerSessionOptions) {
    this.#options = options
    const now = (this.#now = options.now ?? (() => performance.now()))
    const { limits, tell, reconnect, isShakingHands } = options
    this.#silence = new MasterSilence({
      ...{ limits, now },
      tell: (stage) => tell({ type: 'silence', stage }),
      complain: (text) => tell({ type: 'trouble', text }),
    })
    this.#anew = new ConnectingAnew({ now, reconnect, isShakingHands, roundTripMs: () => this.#roundTrip.ms })
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
      onGivenUp: () =>
        this.#complain('the master does not answer, and too many reports wait: this worker dropped the oldest'),
    })
  }

  /** Bodies that the master has not acknowledged. */
  get pending(): number {
    return this.#reliable.pending
  }

  /** The round trip to the master, as far as it is known. */
  get roundTripMs(): number {
    return this.#roundTrip.ms
  }

  tick(): void {
    const now = this.#now()
    this.#anew.look(now)
    if (!this.#dialect) {
      if (now - this.#saidReadyAt >= readyAgainMs) {
        this.#saidReadyAt = now
        this.#options.transmit(clientReady(this.#options.id))
      }
    } else if (now - this.#beatAt >= beatMs) this.#beat(now)
    // a Locust master ignores a second connection of one id while it holds the first
    if (this.#dialect !== 'locust') this.#anew.watch(now, this.#dialect !== undefined)
    this.#silence.watch(now, this.#anew.shakingSince)
  }

  /** Sends a message to a katydid master. */
  send(body: Uint8Array): void {
    this.#reliable.send(body)
  }

  /** Sends a frame to a Locust master, as it is. */
  sendFrame(bytes: Uint8Array): void {
    this.#options.transmit(bytes)
  }

  receive(bytes: Uint8Array): void {
    let frame: Frame
    try {
      frame = decodeFrame(bytes)
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error
      this.#complain(`the master sent an invalid message: ${error.message}`)
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
        text: `the master speaks version ${isCount(katydid.protocol) ? katydid.protocol : '(unknown)'} of the protocol, this worker version ${protocol}: use the same version of katydid`,
        exitCode: 3,
      })
      return
    }
    this.#dialect = katydid ? 'katydid' : 'locust'
    this.#silence.joined()
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
    } satisfies Acceptance
    this.#options.transmit(workerHeartbeat(id, about, acceptance))
    if (this.#reliable.pending > 0) this.#reliable.retry()
  }

  #compareClocks({ at, masterAt }: Record<string, unknown>): void {
    if (typeof at === 'number' && typeof masterAt === 'number') this.#clock.add(at, masterAt, steadyNow())
  }

  #heard(): void {
    this.#silence.heard()
    this.#anew.heard()
    if (this.#dialect === 'locust') this.#silence.leased(this.#now())
  }

  /** The master has answered the heartbeat that was sent at `at`. */
  #answered(at: unknown): void {
    const askedAt = this.#roundTrip.answered(at, this.#now())
    if (askedAt !== undefined) this.#silence.leased(askedAt)
  }

  #complain(text: string): void {
    if (this.#complained) return
    this.#complained = true
    this.#options.tell({ type: 'trouble', text })
  }
}
