import { hostOf } from '../node-id.ts'

interface Host {
  /** The ids that came, in their order; only as many as a host has workers. */
  first: string[]
  /** Of its places, who has each now. */
  places: { index: number; id: string }[]
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

  /** It has never been one of ours: as if it had not come. */
  forget(id: string): void {
    this.#indexes.delete(id)
    const name = hostOf(id)
    const host = this.#hosts.get(name)
    if (!host) return
    host.first = host.first.filter((one) => one !== id)
    host.places = host.places.filter((one) => one.id !== id)
    if (host.first.length + host.places.length === 0) this.#hosts.delete(name)
  }

  /** Nobody came before it in whose place it could be: it is of the host's first workers, of which there are `perHost`. */
  isFirstOfItsHost(id: string): boolean {
    return this.#hosts.get(hostOf(id))?.first.includes(id) ?? false
  }

  #take(id: string): number {
    const name = hostOf(id)
    let host = this.#hosts.get(name)
    if (!host) this.#hosts.set(name, (host = { first: [], places: [] }))
    if (host.first.length < this.#perHost) host.first.push(id)
    let place = host.places.find((one) => this.#isGone(one.id))
    if (place) place.id = id
    else host.places.push((place = { index: this.#next++, id }))
    return place.index
  }
}
