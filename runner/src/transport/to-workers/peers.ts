import { isSilent, type Patience, patienceOf } from '../silence.ts'
import { KatydidPeer } from './katydid-peer.ts'
import type { LocustPeer } from './locust-peer.ts'
import { SharedPlaces, WorkerPlaces } from './worker-places.ts'

export type Peer = KatydidPeer | LocustPeer

export interface PeersOptions {
  now(): number
  /** A worker that is silent for so long is missing, and its id and place are free; left out: the default. */
  missingMs?: number | undefined
  /** Workers of a pod; left out: one. */
  perHost?: number | undefined
}

/** Peers that came and have not joined: they load their load files, or do nothing at all. */
const mostNewcomers = 5_000

/** All workers that came, by id, and the place of each. */
export class Peers {
  readonly places: WorkerPlaces
  readonly shared = new SharedPlaces()
  readonly #now: () => number
  readonly #patience: Patience
  readonly #byId = new Map<string, Peer>()
  /** They came and may not have joined. */
  readonly #newcomers = new Set<string>()

  constructor({ now, missingMs, perHost }: PeersOptions) {
    this.#now = now
    this.#patience = patienceOf(missingMs)
    this.places = new WorkerPlaces((id) => this.isGone(id), perHost)
  }

  get(id: string): Peer | undefined {
    return this.#byId.get(id)
  }

  add(id: string, peer: Peer): void {
    this.#byId.set(id, peer)
    this.#newcomers.add(id)
    this.#makeRoom()
  }

  drop(id: string, peer: Peer): void {
    this.#byId.delete(id)
    if (peer instanceof KatydidPeer && peer.place !== undefined) this.shared.forget(peer.place, peer)
  }

  tick(): void {
    for (const peer of this.#byId.values()) peer.tick()
  }

  /** Its worker has left, or has been silent for too long. One that was greeted and has not answered yet is not gone. */
  isGone(id: string): boolean {
    const peer = this.#byId.get(id)
    if (!peer) return false
    return peer.isClosed || isSilent(peer, this.#patience, this.#now())
  }

  /** How many workers were heard lately and have not left. */
  get present(): number {
    let present = 0
    for (const id of this.#byId.keys()) if (!this.isGone(id)) present++
    return present
  }

  /** How long the slowest way to one of them and back takes, as far as it is known. */
  get roundTripMs(): number {
    let most = 0
    for (const [id, peer] of this.#byId) if (!this.isGone(id)) most = Math.max(most, peer.roundTripMs)
    return most
  }

  /** When too many have come and not joined, the first of them is dropped: it probably never will. */
  #makeRoom(): void {
    for (const id of this.#newcomers) {
      if (this.#newcomers.size <= mostNewcomers) return
      const peer = this.#byId.get(id)
      this.#newcomers.delete(id)
      if (!peer || peer.isReady) continue
      peer.hangUp('it did not join')
      this.drop(id, peer)
      this.places.forget(id)
    }
  }
}
