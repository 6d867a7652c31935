import { Inbox } from '../inbox.ts'
import type { Link } from '../link.ts'
import type { ToMaster, ToWorker } from '../messages.ts'

/** A worker is silent after so much time: heartbeats come every second. */
export const silentMs = 2_500
const probeMs = 1_000
/** At most so many messages wait for a receiver: they are only heartbeats, since a worker says more only after it has joined. */
const mostEarly = 100

/** The master's end of the link to one worker, whatever protocol that worker speaks. */
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

  /** The round trip to it, as far as it is known. */
  abstract readonly roundTripMs: number

  /** Call it a few times a second. */
  abstract tick(): void

  /** It has said what it can run. */
  abstract readonly isReady: boolean

  get isCut(): boolean {
    return this.#isCut
  }

  /** A frame could not be delivered: its process has ended, or the network is cut. */
  unreachable(): void {
    this.#isCut = true
  }

  /** Its worker is heard. */
  protected reached(): void {
    this.#isCut = false
  }

  /** Sends something to a silent worker. Whether it can be delivered shows whether the connection is still there. */
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

  /** The worker is gone. Nothing more comes from it. */
  hangUp(reason: string): void {
    this.#inbox.close(reason)
  }

  protected hand(message: ToMaster): void {
    this.#inbox.take(message)
  }
}

/** Messages that were kept while the network was down come all at once. */
const burstBytes = 64 * 1024 * 1024
/** A report with 10,000 names has about 2 MB. */
const bytesPerSecond = 16 * 1024 * 1024

/** Limits how much one peer may send. No honest worker sends as much. */
export class ByteBudget {
  #left = burstBytes
  #at: number

  constructor(now: number) {
    this.#at = now
  }

  /** False if it is too much. Then the message must be dropped unread. */
  take(bytes: number, now: number): boolean {
    this.#left = Math.min(burstBytes, this.#left + ((now - this.#at) / 1_000) * bytesPerSecond)
    this.#at = now
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }
}
