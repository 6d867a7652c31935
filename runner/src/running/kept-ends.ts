/** Users of one class that had ended by themselves; `left`: those of them that left on purpose. */
export interface Ends {
  finished: number
  left: number
}

/**
 * Who had ended by themselves when all users of a class were suspended. A load that comes back does so step by step: first come as many as ran then, and
 * above that those who had ended count again, so that nobody is started in their place.
 */
export class KeptEnds {
  /** Users beside those that had ended. */
  readonly #ran: number
  readonly #ends: Ends
  #counted = 0

  /** At a target; `before`: the same of an earlier time, from which the load has not come back in whole. */
  static of({ target, finished, left }: Ends & { target: number }, before?: KeptEnds): KeptEnds {
    const ends = {
      finished: finished + (before ? before.#missing : 0),
      left: left + (before ? before.#missingLeft : 0),
    }
    return new KeptEnds(Math.max(before ? before.#total : 0, target) - ends.finished, ends)
  }

  private constructor(ran: number, ends: Ends) {
    this.#ran = ran
    this.#ends = ends
  }

  /** How many of them count again with this target, beyond those that did so already. */
  countAgain(target: number): Ends {
    const before = this.#counted
    this.#counted = Math.max(before, Math.min(this.#ends.finished, target - this.#ran))
    const { left } = this.#ends
    return { finished: this.#counted - before, left: Math.min(left, this.#counted) - Math.min(left, before) }
  }

  get #total(): number {
    return this.#ran + this.#ends.finished
  }

  get #missing(): number {
    return this.#ends.finished - this.#counted
  }

  get #missingLeft(): number {
    return this.#ends.left - Math.min(this.#ends.left, this.#counted)
  }
}
