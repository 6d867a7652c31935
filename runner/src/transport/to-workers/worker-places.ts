import { hostOf } from '../node-id.ts'
import type { KatydidPeer } from './katydid-peer.ts'

interface Place {
  index: number
  /** Who has it; undefined: nobody. */
  id: string | undefined
  /** For whom it was made. */
  madeFor: string
}

interface Host {
  /** The ids that came, in their order; only as many as a host has workers. */
  first: string[]
  places: Place[]
}

/**
 * Which place each worker has, `workerIndex`: from 0, by when they came, as Locust numbers them. Unlike there a worker that comes in place of one
 * of the same host that is gone has its place, since a load file may have given each place a part of the data.
 */
export class WorkerPlaces {
  readonly #isGone: (id: string) => boolean
  readonly #perHost: number
  readonly #indexes = new Map<string, number>()
  readonly #hosts = new Map<string, Host>()
  /** Given back by those for whom they were made. */
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

  /** It stands in for that one, gone or not: it has its place, and gives back the one that it was given when it came. */
  standIn(id: string, before: string): void {
    const index = this.#indexes.get(before)
    if (index === undefined || index === this.#indexes.get(id)) return
    this.#giveBack(id)
    const old = this.#hosts.get(hostOf(before))
    if (old) old.places = old.places.filter((place) => place.index !== index)
    this.#hostOf(id).places.push({ index, id, madeFor: id })
    this.#indexes.set(id, index)
  }

  /** It has never been one of ours: as if it had not come. */
  forget(id: string): void {
    this.#giveBack(id)
    this.#indexes.delete(id)
    const name = hostOf(id)
    const host = this.#hosts.get(name)
    if (!host) return
    host.first = host.first.filter((one) => one !== id)
    if (host.first.length + host.places.length === 0) this.#hosts.delete(name)
  }

  /** Nobody came before it in whose place it could be: it is of the host's first workers, of which there are `perHost`. */
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

  /** One that was made for it may become anybody's; another is its host's. */
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
 * Which workers say that they have the same place. Only who started them knows what it is called, so a stranger cannot say so. The last to
 * come has it, once it has joined: those before it have to leave.
 */
export class SharedPlaces {
  /** In the order they came. */
  readonly #holders = new Map<string, KatydidPeer[]>()

  /** Who came last. */
  last(place: string): KatydidPeer | undefined {
    return this.#holders.get(place)?.at(-1)
  }

  come(place: string, peer: KatydidPeer): void {
    const holders = this.#holders.get(place)
    if (holders) holders.push(peer)
    else this.#holders.set(place, [peer])
  }

  /** It has joined; returns those who came before it, and have had the place until now. */
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
