import type { Unpacked } from './unpacked.ts'

/*
 * What katydid peers add to Locust's messages, under the key `katydid`. The master offers it in `ack`, a worker accepts it in its next
 * heartbeat, and no other peer ever gets it.
 */

/** Raised when a change would make older peers misunderstand. A worker with another version is rejected with a clear line. */
export const protocol = 2

/** In the master's `ack`. */
export interface Offer {
  protocol: number
  /** This master process's run. */
  run: string
}

/** In a worker's heartbeat, once it accepted. */
export interface Acceptance {
  protocol: number
  /** The run it is in: none before its job has come. */
  run?: string | undefined
  /** Names this process, so that a second one with the same id is not taken for it. */
  instance: string
  /** The run token that it expects, if any: in the chart, release and revision. */
  token?: string | undefined
  /** Hash of its own load file, if it has one. */
  hash?: string | undefined
  /** How many processes failed in its place before, as its starter said (for the index of a Job). */
  retry?: number | undefined
  /** The name that its starter gave to its place, a secret of the two. It replaces a worker that has said the same name before. */
  place?: string | undefined
  /** Up to which number it has the master's messages. */
  ack: number
  /** Its clock (`steadyNow`), for the master to send back. */
  at: number
  /** How long heartbeats and their answers took lately. The master judges silence by it. */
  roundTripMs?: number | undefined
}

/** In the master's answer to that heartbeat. */
export interface Answer {
  ack: number
  /** The heartbeat's time, and the master's time of the answer: the offset of the clocks is computed from both. */
  at?: number | undefined
  masterAt?: number | undefined
}

/** In all other messages between katydid peers. */
export interface Packed {
  /** The worker's process. A message of its id that does not say it comes from somebody else. */
  instance?: string
  seq: number
  ack: number
  body?: Uint8Array
}

/** The part of katydid in the data of a frame. */
export function katydidOf(data: unknown): Record<string, Unpacked> | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { katydid } = data as { katydid?: unknown }
  return typeof katydid === 'object' && katydid !== null ? (katydid as Record<string, Unpacked>) : undefined
}

export function packedOf(katydid: Record<string, Unpacked> | undefined): Packed | undefined {
  if (!katydid || !isCount(katydid.seq) || !isCount(katydid.ack)) return undefined
  const { seq, ack, body } = katydid
  return { seq, ack, ...(body instanceof Uint8Array ? { body } : {}) }
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/**
 * Epoch ms of a clock that is never set. A run's moments are in it, on all machines. `Date.now()` jumps when a machine's clock is set, which would
 * shift all moments taken before.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}
