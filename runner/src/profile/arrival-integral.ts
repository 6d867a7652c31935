/** A stretch of time in which the rate (arrivals per second) goes straight from one value to another. */
export interface RateSlope {
  readonly fromMs: number
  /** Infinity for a rate without an end; such a slope is flat. */
  readonly untilMs: number
  readonly rateFrom: number
  readonly rateUntil: number
}

/**
 * How many arrivals there are from the start until any moment: the exact integral of a rate that is straight between corners, so that
 * a stretch may be cut anywhere, by anybody, without an arrival lost or doubled.
 */
export class ArrivalIntegral {
  readonly slopes: readonly RateSlope[]
  /** Arrivals before each slope. */
  readonly #before: number[] = []

  /** Slopes follow each other without a gap, from 0. */
  constructor(slopes: readonly RateSlope[]) {
    this.slopes = slopes
    let before = 0
    for (const slope of slopes) {
      this.#before.push(before)
      before += area(slope, slope.untilMs)
    }
  }

  /** Where the last slope ends. */
  get endMs(): number {
    return this.slopes.at(-1)?.untilMs ?? 0
  }

  /** Arrivals before this moment, with fractions; no more come after the end. */
  until(elapsedMs: number): number {
    const at = Math.min(elapsedMs, this.endMs)
    const index = this.#indexAt(at)
    const slope = this.slopes[index]
    return slope && at > 0 ? (this.#before[index] as number) + area(slope, at) : 0
  }

  /** Arrivals per second at this moment: of two slopes that meet there, the later's. */
  rateAt(elapsedMs: number): number {
    const slope = this.slopes[this.#indexAt(elapsedMs)]
    return slope ? rateOn(slope, Math.max(0, elapsedMs)) : 0
  }

  /** The slopes between two moments, cut there. */
  between(fromMs: number, untilMs: number): RateSlope[] {
    const cut: RateSlope[] = []
    const endMs = Math.min(untilMs, this.endMs)
    let at = Math.max(0, fromMs)
    for (let index = this.#indexAt(at); at < endMs; index++) {
      const slope = this.slopes[index] as RateSlope
      const until = Math.min(endMs, slope.untilMs)
      cut.push({ fromMs: at, untilMs: until, rateFrom: rateOn(slope, at), rateUntil: rateOn(slope, until) })
      at = until
    }
    return cut
  }

  /** The first slope that ends after this moment, or the last. */
  #indexAt(elapsedMs: number): number {
    let low = 0
    let high = this.slopes.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.slopes[middle] as RateSlope).untilMs > elapsedMs) high = middle
      else low = middle + 1
    }
    return low
  }
}

function rateOn(slope: RateSlope, atMs: number): number {
  const change = slope.rateUntil - slope.rateFrom
  if (change === 0) return slope.rateFrom
  const rate = slope.rateFrom + (change * (atMs - slope.fromMs)) / (slope.untilMs - slope.fromMs)
  return Math.max(0, rate)
}

/** Arrivals from the slope's begin: a trapezium. */
function area(slope: RateSlope, untilMs: number): number {
  const seconds = (untilMs - slope.fromMs) / 1_000
  return ((slope.rateFrom + rateOn(slope, untilMs)) / 2) * seconds
}
