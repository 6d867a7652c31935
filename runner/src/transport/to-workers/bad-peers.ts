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
      this.#log.warn(`worker ${printableWord(id)} sent what is no message: ${text}; more of it is not told`)
  }
}
