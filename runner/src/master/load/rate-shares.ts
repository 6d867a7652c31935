import type { Member } from '../workers/roster.ts'

/**
 * Parts a limit on requests over the workers. One that is silent keeps its part as long as it may still send, so that all of them together
 * never have more than there is.
 */
export class RateShares {
  readonly #maxRps: number
  readonly #told = new Map<Member, number>()

  constructor(maxRps: number) {
    this.#maxRps = maxRps
  }

  /** Tells who does not know it. A part that shrinks is told before one that is new. */
  tell(members: readonly Member[]): void {
    const holders = members.filter((member) => member.classes.length > 0 && !member.released && !member.drained)
    const part = this.#maxRps / holders.length
    const news = holders.filter((member) => member.isPresent && this.#told.get(member) !== part)
    news.sort((a, b) => Number(this.#told.has(b)) - Number(this.#told.has(a)))
    for (const member of news) {
      this.#told.set(member, part)
      member.link.send({ type: 'guard', maxRps: part })
    }
  }
}
