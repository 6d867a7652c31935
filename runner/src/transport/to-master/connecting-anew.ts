import { usualPatienceMs } from '../silence.ts'

export interface ConnectingAnewOptions {
  now(): number
  /** Gives up the connection for a new one: one that another process of the same id took, or a lost way, says nothing of its end. */
  reconnect(): void
  /** The connection is there and its handshake is not over: on a slow way that takes many round trips. */
  isShakingHands?: (() => boolean) | undefined
  /** How long the way to the master and back takes, as far as it is known. */
  roundTripMs(): number
}

/**
 * After so long a silence, and then twice as long each time, another connection is tried. Also before a master is found: another process
 * of the same id may have taken the connection, and this one is to hear soon that it must leave.
 */
const reconnectMs = usualPatienceMs
/** Two heartbeats, and something. A way that is known to be slow gets two round trips more. */
const betweenAnswersMs = 2_500
/** What the handshake of another connection may take where the worker has joined: with a key some 20 s on a way that is 3 s slow. */
const handshakeMs = 30_000
/** Between two looks, of which there are several a second. */
const standStillMs = 1_000

/** When a worker that hears nothing of its master tries another connection. */
export class ConnectingAnew {
  readonly #options: ConnectingAnewOptions
  #lookedAt: number
  /** What the wait counts from: neither a handshake nor a standstill of this process is the master's silence. */
  #waitedFrom: number
  #tries = 0
  #shakingSince: number | undefined

  constructor(options: ConnectingAnewOptions) {
    this.#options = options
    this.#waitedFrom = this.#lookedAt = options.now()
  }

  heard(): void {
    this.#waitedFrom = this.#options.now()
    this.#tries = 0
  }

  /** From when on a handshake has been under way; undefined: there is none. */
  get shakingSince(): number | undefined {
    return this.#shakingSince
  }

  /** To be called before anything else of a tick: what came while this process stood still is still to be read. */
  look(now: number): void {
    if (now - this.#lookedAt > standStillMs) this.#waitedFrom += now - this.#lookedAt
    this.#lookedAt = now
  }

  /** Tries another connection where it is time to. */
  watch(now: number, hasJoined: boolean): void {
    const { isShakingHands, reconnect, roundTripMs } = this.#options
    if (!isShakingHands?.()) this.#shakingSince = undefined
    else {
      this.#shakingSince ??= now
      if (!hasJoined || now - this.#shakingSince < handshakeMs) this.#waitedFrom = now
    }
    const patienceMs = Math.max(reconnectMs, betweenAnswersMs + 2 * roundTripMs()) * 2 ** this.#tries
    if (now - this.#waitedFrom < patienceMs) return
    this.#tries++
    this.#shakingSince = undefined
    reconnect()
  }
}
