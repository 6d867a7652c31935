import type { EventKind } from '../../facts/run-event.ts'
import { printableWord } from '../../printable.ts'
import { isCount, type Offer, protocol } from '../katydid/wire.ts'
import { ack, quit } from '../locust/frames.ts'
import { textOf } from '../locust/plausible.ts'

/** What a worker needs to take part in a run. */
export interface Terms {
  /** Names this process's run; no other has the same name. */
  run: string
  /** The run token that a worker may expect. Left out: any. */
  token?: string | undefined
  /** Hash of the master's load file. */
  fileHash: string
  /** Why Locust workers cannot take part in this run; left out: they can. */
  refuseLocust?: string | undefined
}

export interface HandshakeOptions {
  terms: Terms
  /** The index of a worker, which it is told in the greeting. */
  indexOf(id: string): number
  /** It was greeted long ago and has not answered: its place is free. */
  forget(id: string): void
  /** The run is over: workers that still come are told to leave. */
  isOver(): boolean
  now(): number
  transmit(id: string, bytes: Uint8Array): void
  onBad(id: string, text: string): void
  onEvent(kind: EventKind, text: string): void
}

/** What a worker is. `retry`: how many failed in its place before. `place`: the name that its starter gave to its place, if any. */
export type Newcomer =
  | { kind: 'katydid'; instance: string; retry: number; place?: string }
  /** `roundTripMs`: from our answer to its next message. */
  | { kind: 'locust'; version: string; roundTripMs: number }
  /** It is in the run of another master. */
  | { kind: 'foreign' }

/** At most so many are greeted and have not answered: a port scanner may open many connections. */
const mostGreeted = 20_000
const mostRejected = 100
const longestPlace = 300

/**
 * Lets workers in. A worker says `client_ready` and is offered katydid's protocol. Its next message tells what it is: a katydid worker accepts, a
 * Locust worker ignores the offer. A worker that does not fit the run is rejected.
 */
export class Handshake {
  readonly #options: HandshakeOptions
  /** Workers that said `client_ready` and were answered: the version that they said, and when. */
  readonly #greeted = new Map<string, { version: string; at: number }>()
  readonly #rejected = new Set<string>()
  #differing = 0

  constructor(options: HandshakeOptions) {
    this.#options = options
  }

  /** Answers a `client_ready`. `isIn`: it is in already and only gets an answer. False if it is not let in. */
  greet(id: string, data: unknown, isIn: boolean): boolean {
    const { terms, indexOf, isOver, now, transmit, onBad } = this.#options
    if (isOver()) {
      transmit(id, quit(id))
      return false
    }
    if (data === null || data === '') {
      onBad(id, 'a worker older than Locust 2.0')
      return false
    }
    if (!isIn) this.#greeted.set(id, { version: versionOf(data), at: now() })
    if (this.#greeted.size > mostGreeted) this.#forgetOldest()
    transmit(id, ack(id, indexOf(id), { protocol, run: terms.run } satisfies Offer))
    return true
  }

  #forgetOldest(): void {
    const oldest = this.#greeted.keys().next().value as string
    this.#greeted.delete(oldest)
    this.#options.forget(oldest)
  }

  /** It was greeted, and its next message tells what it is. */
  isUnderWay(id: string): boolean {
    return this.#greeted.has(id)
  }

  /** Takes the message after the greeting. Undefined if its sender was told to leave. */
  answer(id: string, katydid: Record<string, unknown> | undefined): Newcomer | undefined {
    const { isOver, transmit } = this.#options
    if (isOver()) {
      // only a katydid worker understands why
      transmit(id, katydid ? quit(id, { why: 'the run is over', exitCode: 0 }) : quit(id))
      return undefined
    }
    return katydid ? this.#katydid(id, katydid) : this.#locust(id)
  }

  #katydid(id: string, katydid: Record<string, unknown>): Newcomer | undefined {
    const { terms, onEvent } = this.#options
    const { instance, token, run, hash, retry } = katydid
    const place = placeOf(katydid)
    if (katydid.protocol !== protocol || typeof instance !== 'string')
      return this.#rejectWorkers(id, `this master speaks version ${protocol} of the protocol`)
    if (typeof token === 'string' && terms.token !== undefined && token !== terms.token)
      return this.#rejectWorkers(id, `this master's run is ${terms.token}, not ${printableWord(token.slice(0, 100))}`)
    if (typeof run === 'string' && run !== terms.run) return { kind: 'foreign' }
    if (typeof hash === 'string' && hash !== terms.fileHash && this.#differing++ < mostRejected)
      onEvent('load_file_differs', `worker ${printableWord(id)} has a different load file than the master`)
    this.#greeted.delete(id)
    return { kind: 'katydid', instance, retry: isCount(retry) ? retry : 0, ...(place === undefined ? {} : { place }) }
  }

  #locust(id: string): Newcomer | undefined {
    const { terms, now, transmit, onEvent } = this.#options
    const { version, at } = this.#greeted.get(id) ?? { version: '', at: now() }
    this.#greeted.delete(id)
    if (terms.refuseLocust === undefined) return { kind: 'locust', version, roundTripMs: now() - at }
    onEvent('worker_refused', `worker ${printableWord(id)} speaks only Locust: ${terms.refuseLocust}`)
    transmit(id, quit(id))
    return undefined
  }

  /** Told once for each worker: whoever waits for workers should know that some came, and why they had to leave. */
  #rejectWorkers(id: string, why: string): undefined {
    this.#options.transmit(id, quit(id, { why, exitCode: 3 }))
    if (this.#rejected.has(id) || this.#rejected.size >= mostRejected) return
    this.#rejected.add(id)
    this.#options.onEvent('worker_turned_away', `worker ${printableWord(id)} was told to leave: ${why}`)
  }
}

/** The name that a worker's starter gave to its place. */
export function placeOf(katydid: Record<string, unknown> | undefined): string | undefined {
  const place = katydid?.place
  return typeof place === 'string' && place !== '' && place.length <= longestPlace ? place : undefined
}

/** The version that it said. A peer may send anything there. */
function versionOf(data: unknown): string {
  return typeof data === 'number' ? String(data) : printableWord((textOf(data) ?? 'unknown').slice(0, 40))
}
