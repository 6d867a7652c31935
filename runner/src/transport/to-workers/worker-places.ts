import { hostOf } from '../node-id.ts'
import type { KatydidPeer } from './katydid-peer.ts'

interface Place {
  index: number
  /** The worker that has it. Undefined: nobody. */
  id: string | undefined
  /** The worker for which it was created. */
  madeFor: string
}

interface Host {
  /** The first ids that came, as many as a host has workers. */
  first: string[]
  places: Place[]
}

/**
 * The place of each worker, its `workerIndex`: from 0, in the order they came, as in Locust. Unlike in Locust, a worker gets the place of a worker
 * that has ended on the same host, since a load file may give each place a part of the data.
 */
export class WorkerPlaces {
  readonly #isGone: (id: string) => boolean
  readonly #perHost: number
  readonly #indexes = new Map<string, number>()
  readonly #hosts = new Map<string, Host>()
  /** Places that their first workers gave back. */
  readonly #spare: number[] = []
  #next = 0

  constructor(isGone: (id: string) => boolean, perHost = 1) {
    this.#isGone = isGone
    this.#perHost = perHost
  }

  indexOf(id: string): number {
    const known = this.#indexes.get(id)
    if (known !== undefined) return known
    const index = this.#take(id)
    this.#indexes.set(id, index)
    return index
  }

  /** It replaces the worker `before`, which may still be there: it gets that worker's place and gives back its own. */
  standIn(id: string, before: string): void {
    const index = this.#indexes.get(before)
    if (index === undefined || index === this.#indexes.get(id)) return
    this.#giveBack(id)
    const old = this.#hosts.get(hostOf(before))
    if (old) old.places = old.places.filter((place) => place.index !== index)
    this.#hostOf(id).places.push({ index, id, madeFor: id })
    this.#indexes.set(id, index)
  }

  /** It never joined: as if it had not come. */
  forget(id: string): void {
    this.#giveBack(id)
    this.#indexes.delete(id)
    const name = hostOf(id)
    const host = this.#hosts.get(name)
    if (!host) return
    host.first = host.first.filter((one) => one !== id)
    if (host.first.length + host.places.length === 0) this.#hosts.delete(name)
  }

  /** It is one of the first `perHost` workers of its host, so it cannot replace another. */
  isFirstOfItsHost(id: string): boolean {
    return this.#hosts.get(hostOf(id))?.first.includes(id) ?? false
  }

  #hostOf(id: string): Host {
    const name = hostOf(id)
    let host = this.#hosts.get(name)
    if (!host) this.#hosts.set(name, (host = { first: [], places: [] }))
    return host
  }

  #take(id: string): number {
    const host = this.#hostOf(id)
    if (host.first.length < this.#perHost) host.first.push(id)
    let place = host.places.find((one) => one.id === undefined || this.#isGone(one.id))
    if (place) place.id = id
    else host.places.push((place = { index: this.#spare.pop() ?? this.#next++, id, madeFor: id }))
    return place.index
  }

  /** A place that was created for it may go to any worker; another place stays with its host. */
  #giveBack(id: string): void {
    const host = this.#hosts.get(hostOf(id))
    const place = host?.places.find((one) => one.id === id)
    if (!host || !place) return
    place.id = undefined
    if (place.madeFor !== id) return
    host.places = host.places.filter((one) => one !== place)
    this.#spare.push(place.index)
  }
}

/**
 * Workers that name the same place. Only their starter knows the name, so a stranger cannot use it. The last worker to come gets the place once
 * it has joined, and the ones before it must leave.
 */
export class SharedPlaces {
  /** In the order they came. */
  readonly #holders = new Map<string, KatydidPeer[]>()

  /** The last worker that came. */
  last(place: string): KatydidPeer | undefined {
    return this.#holders.get(place)?.at(-1)
  }

  come(place: string, peer: KatydidPeer): void {
    const holders = this.#holders.get(place)
    if (holders) holders.push(peer)
    else this.#holders.set(place, [peer])
  }

  /** It has joined. Returns the workers that came before it and must leave. */
  joined(place: string, peer: KatydidPeer): KatydidPeer[] {
    const holders = this.#holders.get(place) ?? []
    return holders.splice(0, holders.indexOf(peer))
  }

  /** It never joined. */
  forget(place: string, peer: KatydidPeer): void {
    const holders = this.#holders.get(place)?.filter((one) => one !== peer) ?? []
    if (holders.length > 0) this.#holders.set(place, holders)
    else this.#holders.delete(place)
  }
}
