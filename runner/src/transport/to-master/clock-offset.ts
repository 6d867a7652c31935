/** Clocks that are never set drift apart by less than this (100 ppm; a quartz has about 20). */
const drift = 1e-4
/** Rounding error of `Date.now()` at either end. */
const roundingMs = 1

/**
 * How far another machine's clock is ahead of ours, from questions and answers (Cristian 1989; the window as in Marzullo 1984). The other side read
 * its clock between our question and the arrival of its answer, so each answer gives a minimum and a maximum, and several narrow it down.
 * Most clocks are of one machine or synchronized, so if zero is possible, the offset is zero.
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
