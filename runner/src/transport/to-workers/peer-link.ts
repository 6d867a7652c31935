import { Inbox } from '../inbox.ts'
import type { Link } from '../link.ts'
import type { ToMaster, ToWorker } from '../messages.ts'

/** Heartbeats come every second. */
export const silentMs = 2_500
const probeMs = 1_000
/** Messages kept until somebody takes them: heartbeats, since what says more is said when it has joined. */
const mostEarly = 100

/** The master's end of the way to one worker, whatever that worker speaks: keeps what comes until somebody takes it. */
export abstract class PeerLink implements Link<ToWorker, ToMaster> {
  readonly id: string
  readonly budget: ByteBudget
  readonly #inbox = new Inbox<ToMaster>(mostEarly)
  #isCut = false
  #probedAt = Number.NEGATIVE_INFINITY

  constructor(id: string, now: number) {
    this.id = id
    this.budget = new ByteBudget(now)
  }

  get isClosed(): boolean {
    return this.#inbox.isClosed
  }

  abstract send(message: ToWorker): void

  /** When its worker was last heard. */
  abstract readonly heardAt: number

  /** How long the way to it and back takes, as far as it is known. */
  abstract readonly roundTripMs: number

  /** To be called a few times a second. */
  abstract tick(): void

  /** It has said what it can run. */
  abstract readonly isReady: boolean

  get isCut(): boolean {
    return this.#isCut
  }

  /** A frame for it could not be delivered: its process is gone, or the network between. */
  unreachable(): void {
    this.#isCut = true
  }

  /** Its worker is heard. */
  protected reached(): void {
    this.#isCut = false
  }

  /** Whoever is silent is sent something all the same: whether that can be delivered shows whether its connection is still there. */
  protected probe(now: number, frame: () => void): void {
    if (now - this.#probedAt < probeMs) return
    this.#probedAt = now
    frame()
  }

  get mayStillRun(): boolean {
    return false
  }

  receive(handler: (message: ToMaster) => void): void {
    this.#inbox.receive(handler)
  }

  closed(handler: (reason: string) => void): void {
    this.#inbox.closed(handler)
  }

  close(): void {
    this.hangUp('closed')
  }

  /** The worker is gone: nothing more will come of it. */
  hangUp(reason: string): void {
    this.#inbox.close(reason)
  }

  protected hand(message: ToMaster): void {
    this.#inbox.take(message)
  }
}

/** What was kept back while a way was down comes all at once. */
const burstBytes = 64 * 1024 * 1024
/** A report of 10,000 names is some 2 MB. */
const bytesPerSecond = 16 * 1024 * 1024

/** How much one peer may send: more than any worker does, so that what is made of it is bounded. */
export class ByteBudget {
  #left = burstBytes
  #at: number

  constructor(now: number) {
    this.#at = now
  }

  /** False where it is too much; then it is to be dropped unread. */
  take(bytes: number, now: number): boolean {
    this.#left = Math.min(burstBytes, this.#left + ((now - this.#at) / 1_000) * bytesPerSecond)
    this.#at = now
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }
}
