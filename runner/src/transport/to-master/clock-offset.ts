/** Two clocks that nobody sets drift apart by less than so much (100 ppm; a quartz has some 20). */
const drift = 1e-4
/** What `Date.now()` rounds away, at both ends. */
const roundingMs = 1

/**
 * How far another machine's clock is ahead of ours, from questions and answers (Cristian 1989; the window as in Marzullo 1984): it looked
 * at its clock between our question and its answer's arrival, so each answer gives the least and the most the offset can be, and
 * several narrow it down. Clocks of one machine, or of machines kept in time, are the rule: where none is a possible offset, it is none.
 */
export class ClockOffset {
  #least = Number.NEGATIVE_INFINITY
  #most = Number.POSITIVE_INFINITY
  #at = 0

  /** `askedAt` and `now` are ours, `theirs` the other's, all epoch ms. */
  add(askedAt: number, theirs: number, now: number): void {
    if (now < askedAt) return // our own clock was set meanwhile
    const widerMs = Math.max(0, now - this.#at) * drift
    this.#at = now
    const [least, most] = [theirs - now - roundingMs, theirs - askedAt + roundingMs]
    this.#least = Math.max(this.#least - widerMs, least)
    this.#most = Math.min(this.#most + widerMs, most)
    if (this.#least > this.#most) [this.#least, this.#most] = [least, most] // one of the clocks was set
  }

  get ms(): number {
    if (this.#least <= 0 && this.#most >= 0) return 0
    return (this.#least + this.#most) / 2
  }
}
