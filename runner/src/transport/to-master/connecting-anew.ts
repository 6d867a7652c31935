import { usualPatienceMs } from '../silence.ts'

export interface ConnectingAnewOptions {
  now(): number
  /** Replaces the connection. One that another process with the same id took over, or that the network lost, does not say that it has ended. */
  reconnect(): void
  /** The connection is there and its handshake is under way. On a slow network that takes long. */
  isShakingHands?: (() => boolean) | undefined
  /** The round trip to the master, as far as it is known. */
  roundTripMs(): number
}

/**
 * After so long a silence another connection is tried, and then after twice as long each time. This also holds before a master is found: if
 * another process with the same id took over the connection, this one should soon be told to leave.
 */
const reconnectMs = usualPatienceMs
/** Two heartbeats and some time. A slow network gets two round trips more. */
const betweenAnswersMs = 2_500
/** How long the handshake of another connection may take once the worker has joined: with a key about 20 s on a network that is 3 s slow. */
const handshakeMs = 30_000
/** If so much passed between two looks, this process stood still: it looks several times a second. */
const standStillMs = 1_000

/** Decides when a worker that hears nothing from its master tries another connection. */
export class ConnectingAnew {
  readonly #options: ConnectingAnewOptions
  #lookedAt: number
  /** The silence counts from here. A handshake, or a standstill of this process, is not the master's silence. */
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

  /** Since when a handshake has been under way. Undefined: there is none. */
  get shakingSince(): number | undefined {
    return this.#shakingSince
  }

  /** Call it first in a tick: messages that came while this process stood still are still to be read. */
  look(now: number): void {
    if (now - this.#lookedAt > standStillMs) this.#waitedFrom += now - this.#lookedAt
    this.#lookedAt = now
  }

  /** Tries another connection if it is time to. */
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
