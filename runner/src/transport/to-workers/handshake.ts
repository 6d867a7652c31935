import type { EventKind } from '../../facts/run-event.ts'
import { printableWord } from '../../printable.ts'
import { isCount, type Offer, protocol } from '../katydid/wire.ts'
import { ack, quit } from '../locust/frames.ts'
import { textOf } from '../locust/plausible.ts'

/** What a worker must be, to take part in a run. */
export interface Terms {
  /** This process's run: no other has the same. */
  run: string
  /** What a worker may ask its run to be called; left out: whatever it likes. */
  token?: string | undefined
  /** Of the master's load file. */
  fileHash: string
  /** Why a Locust worker can take no part in this run. */
  refuseLocust?: string | undefined
}

export interface HandshakeOptions {
  terms: Terms
  /** A worker's place, which its greeting tells it. */
  indexOf(id: string): number
  /** Nobody has heard of it for long: its place is free. */
  forget(id: string): void
  /** The run is over: whoever still comes is told to leave. */
  isOver(): boolean
  now(): number
  transmit(id: string, bytes: Uint8Array): void
  onBad(id: string, text: string): void
  onEvent(kind: EventKind, text: string): void
}

/** What a worker turned out to be; `retry`: how many failed in its place before, `place`: what that is called, where its starter says so. */
export type Newcomer =
  | { kind: 'katydid'; instance: string; retry: number; place?: string }
  /** `roundTripMs`: from our answer to its next message. */
  | { kind: 'locust'; version: string; roundTripMs: number }
  /** It is in the run of another master. */
  | { kind: 'foreign' }

/** Greeted, and nothing said since: a port scanner may be many. */
const mostGreeted = 20_000
const mostRejected = 100
const longestPlace = 300

/**
 * How workers come in: they say `client_ready` and are offered our own words; their next message tells whether they are katydid's, which
 * accept, or Locust's, which know nothing of it. Whoever does not fit the run is told to leave.
 */
export class Handshake {
  readonly #options: HandshakeOptions
  /** Said `client_ready` and were answered; with the version they said, and when. */
  readonly #greeted = new Map<string, { version: string; at: number }>()
  readonly #rejected = new Set<string>()
  #differing = 0

  constructor(options: HandshakeOptions) {
    this.#options = options
  }

  /** Answers a `client_ready`; one who `isIn` already is only answered. False where it is not taken in. */
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

  /** Takes what came after the greeting. Undefined where its sender was told to leave. */
  answer(id: string, katydid: Record<string, unknown> | undefined): Newcomer | undefined {
    const { isOver, transmit } = this.#options
    if (isOver()) {
      // only who has spoken our language is told why in it
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
      onEvent('load_file_differs', `worker ${printableWord(id)} has another load file than the master`)
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

  /** Told once for each: whoever waits for workers is to know that some came, and why they left. */
  #rejectWorkers(id: string, why: string): undefined {
    this.#options.transmit(id, quit(id, { why, exitCode: 3 }))
    if (this.#rejected.has(id) || this.#rejected.size >= mostRejected) return
    this.#rejected.add(id)
    this.#options.onEvent('worker_turned_away', `worker ${printableWord(id)} was told to leave: ${why}`)
  }
}

/** What a worker's starter calls its place. */
export function placeOf(katydid: Record<string, unknown> | undefined): string | undefined {
  const place = katydid?.place
  return typeof place === 'string' && place !== '' && place.length <= longestPlace ? place : undefined
}

/** What it said it is; a peer may send anything in its place. */
function versionOf(data: unknown): string {
  return typeof data === 'number' ? String(data) : printableWord((textOf(data) ?? 'unknown').slice(0, 40))
}
