import type { Unpacked } from './unpacked.ts'

/*
 * What katydid peers say beyond Locust's words, under the key `katydid` of the same messages: offered by the master in `ack`, accepted
 * in the next heartbeat, never sent to a peer that did neither.
 */

/** Raised when a change makes older peers misunderstand; a worker of another protocol is refused with a clear line. */
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
  /** This process: a second one under the same id is not taken for the first. */
  instance: string
  /** What its run must be called, where that was said: the chart's release and revision. */
  token?: string | undefined
  /** Of a load file of its own. */
  hash?: string | undefined
  /** How many processes failed in its place before it, as its starter said: an index of a Job's. */
  retry?: number | undefined
  /** What its starter calls its place, a secret of the two: it stands in for who has said the same before. */
  place?: string | undefined
  /** What it has of the master's messages. */
  ack: number
  /** Its clock (`steadyNow`), for the master to send back. */
  at: number
  /** How long heartbeats and their answers have taken lately: the master judges silence by it. */
  roundTripMs?: number | undefined
}

/** In the master's answer to that heartbeat. */
export interface Answer {
  ack: number
  /** The heartbeat's own, and the master's, when it answered: what the offset of the clocks is made of. */
  at?: number | undefined
  masterAt?: number | undefined
}

/** In all other messages between katydid peers. */
export interface Packed {
  /** A worker's process: a message of that id which does not say it is somebody else's. */
  instance?: string
  seq: number
  ack: number
  body?: Uint8Array
}

/** Something of katydid's in the data of a frame. */
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
 * Epoch ms of a clock that nobody sets: what a run's moments are in, on all of its machines. `Date.now()` jumps when the machine's clock is set, and
 * moments taken before would be off by that.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}
