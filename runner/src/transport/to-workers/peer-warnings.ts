import type { Log } from '../../log.ts'
import { printableWord } from '../../printable.ts'

const mostPeers = 1_000

/** Logs invalid messages, once for each peer: otherwise an attacker could fill the log. */
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

/** Tells of classes that Locust workers have and the master's load file does not, once for each set of names: workers of one locustfile have the same. */
export class UnknownClasses {
  readonly #isChosen: boolean
  readonly #tell: (text: string) => void
  readonly #told = new Set<string>()

  /** `isChosen`: the classes of the run were chosen, so others get no users. */
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
