import type { ReadAhead } from './row-source.ts'

const blockRows = 256
/** So many times rows must have been gone at once before more are asked for than are wanted. */
const doubts = 4
const mostStreak = doubts + Math.log2(blockRows)

/**
 * How many rows to ask for. A block where rows left over do no harm; otherwise as many as users wait for, since a row that lies here unused may be
 * the one that a user elsewhere ends the run for. Only where users have taken rows as fast as they came, time and again, more are asked for.
 */
export class Appetite {
  readonly #kind: ReadAhead
  #waiting = 0
  #streak = 0
  #justFed = false
  /** This feeding has shown whether it was enough. */
  #judged = false

  constructor(kind: ReadAhead = 'always') {
    this.#kind = kind
  }

  /** Whether it is time to ask for more, with so many left. */
  isLow(left: number): boolean {
    return left <= blockRows / 2 && (this.#kind === 'always' || this.#kind === 'in use')
  }

  /** Somebody waits for a row. */
  wait(): void {
    this.#waiting++
    if (!this.#justFed) this.#streak = Math.max(0, this.#streak - 2)
    else if (!this.#judged) this.#streak = Math.min(mostStreak, this.#streak + 1)
    this.#judged = this.#justFed
  }

  served(): void {
    this.#waiting--
  }

  /** Rows have come; who wants one before anything else happens in this process has taken one of them and wants the next. */
  fed(): void {
    this.#justFed = true
    this.#judged = false
    process.nextTick(() => {
      this.#justFed = false
    })
  }

  get rows(): number {
    if (this.#kind === 'always' || this.#kind === 'in use') return blockRows
    if (this.#kind === 'never' || this.#streak <= doubts) return this.#waiting
    return this.#waiting + 2 ** (this.#streak - doubts)
  }
}
