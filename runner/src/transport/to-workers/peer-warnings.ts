import type { Log } from '../../log.ts'
import { printableWord } from '../../printable.ts'

const mostPeers = 1_000

/** Who sent what is no message: told once for each peer, or the log would be the attacker's. */
export class BadPeers {
  readonly #log: Pick<Log, 'warn'>
  readonly #counts = new Map<string, number>()

  constructor(log: Pick<Log, 'warn'>) {
    this.#log = log
  }

  count(id: string, text: string): void {
    const count = this.#counts.get(id) ?? 0
    if (count === 0 && this.#counts.size >= mostPeers) return
    this.#counts.set(id, count + 1)
    if (count === 0)
      this.#log.warn(`worker ${printableWord(id)} sent an invalid message: ${text} (further ones are not logged)`)
  }
}

const mostTold = 20

/** Classes of Locust workers that the master's load file has not: told once for each set of names, since workers of one locustfile have the same. */
export class UnknownClasses {
  readonly #isChosen: boolean
  readonly #tell: (text: string) => void
  readonly #told = new Set<string>()

  /** `isChosen`: somebody chose the classes of the run, so that others have no users. */
  constructor(isChosen: boolean, tell: (text: string) => void) {
    this.#isChosen = isChosen
    this.#tell = tell
  }

  meet(unknown: readonly string[]): void {
    const names = unknown.slice(0, mostTold).map((name) => printableWord(name.slice(0, 100)))
    if (names.length < unknown.length) names.push('…')
    if (this.#told.size >= mostTold) return
    const text = this.#isChosen
      ? `Locust workers have ${names.join(', ')} too, which were not chosen: they get no users`
      : `Locust workers run ${names.join(', ')}, which the load file does not have: each gets weight 1`
    if (this.#told.has(text)) return
    this.#told.add(text)
    this.#tell(text)
  }
}
