import type { KatydidPeer } from './katydid-peer.ts'

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
