/** A stretch of time in which the number of users goes straight from one whole number to another. */
export interface Slope {
  readonly fromMs: number
  /** Infinity for a level without an end. */
  readonly untilMs: number
  readonly from: number
  readonly to: number
}

/** Counts are whole and below 10⁶, times are doubles: this swallows rounding and nothing else. */
const roundingUsers = 1e-6

/**
 * Whole users on a slope. The n-th user of a ramp starts (or leaves) at (n − 1) / rate, the first at once: at 2.5 users/s that is
 * 0, 0.4, 0.8 … s, so no second starts more than 3.
 */
function usersOn(slope: Slope, elapsedMs: number): number {
  const change = slope.to - slope.from
  if (change === 0) return slope.from
  const progress = (elapsedMs - slope.fromMs) / (slope.untilMs - slope.fromMs)
  const steps = Math.min(Math.abs(change), Math.floor(Math.abs(change) * progress + roundingUsers) + 1)
  return slope.from + Math.sign(change) * steps
}

/** Users over time as straight slopes, one after the other: what all closed-model profiles are made of. */
export class Levels {
  readonly slopes: Slope[] = []
  #endMs = 0
  #level = 0

  /** Where the last slope ends. */
  get endMs(): number {
    return this.#endMs
  }

  /** The level at the end. */
  get level(): number {
    return this.#level
  }

  /** Goes straight to `users`; a ramp of no length is a step. */
  ramp(users: number, overMs: number): this {
    this.#add(users, overMs)
    this.#level = users
    return this
  }

  /** To `users` at so many a second, or at once without a rate. */
  rampAt(users: number, perSecond: number | undefined): this {
    return this.ramp(users, perSecond === undefined ? 0 : (Math.abs(users - this.#level) / perSecond) * 1_000)
  }

  /** Stays. */
  hold(forMs: number): this {
    this.#add(this.#level, forMs)
    return this
  }

  /** Stays until a moment; does nothing when that is over. */
  holdUntil(atMs: number): this {
    return this.hold(Math.max(0, atMs - this.#endMs))
  }

  usersAt(elapsedMs: number): number {
    const slope = this.slopeAt(elapsedMs)
    return slope ? usersOn(slope, elapsedMs) : this.#level
  }

  /** The slope that holds at a moment: of two that meet there, the later. */
  slopeAt(elapsedMs: number): Slope | undefined {
    let low = 0
    let high = this.slopes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.slopes[middle] as Slope).untilMs > elapsedMs) high = middle
      else low = middle + 1
    }
    return this.slopes[low]
  }

  /** The most users there are before `endMs`. */
  peakBefore(endMs: number): number {
    let peak = 0
    for (const slope of this.slopes) {
      if (slope.fromMs >= endMs) break
      peak = Math.max(peak, usersOn(slope, slope.fromMs), usersJustBefore(slope, Math.min(endMs, slope.untilMs)))
    }
    return peak
  }

  /** Where slopes meet, until `endMs` and with it. */
  cornersUntil(endMs: number): number[] {
    const corners = this.slopes.map((slope) => slope.fromMs).filter((at) => at < endMs)
    const last = Math.min(endMs, this.#endMs)
    return Number.isFinite(last) ? [...corners, last] : corners
  }

  #add(to: number, overMs: number): void {
    if (overMs <= 0) return
    const untilMs = this.#endMs + overMs
    this.slopes.push({ fromMs: this.#endMs, untilMs, from: this.#level, to })
    this.#endMs = untilMs
  }
}

function usersJustBefore(slope: Slope, atMs: number): number {
  const change = slope.to - slope.from
  if (change === 0) return slope.from
  const progress = (atMs - slope.fromMs) / (slope.untilMs - slope.fromMs)
  const steps = Math.ceil(Math.abs(change) * progress - roundingUsers)
  return slope.from + Math.sign(change) * Math.min(Math.abs(change), Math.max(1, steps))
}
