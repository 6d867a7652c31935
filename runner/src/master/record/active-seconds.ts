/** A report of Locust's comes every 3 s; one of a longer time is of a silence. */
const usualMs = 4_500
/** After a silence those that were on their way come one after the other. */
const burstMs = 1_500
/** Less than that, and a second without a request is nothing unusual. */
const leastDensity = 0.3
/** Seconds do not begin with reports. */
const enough = 0.7

/**
 * Whether a worker of Locust ran while it was silent. Cut off, it went on, and what it reports afterwards has requests in those seconds as in
 * all others; stopped, it has none. It says in how many seconds requests ended.
 */
export class ActiveSeconds {
  #usualSeconds = 0
  #usualActive = 0
  #newest: { coveredMs: number; active: number | undefined } = { coveredMs: 0, active: undefined }

  /** A report about so much time. True where it is one of several that come at once, and are taken together. */
  report(coveredMs: number, active: number | undefined): boolean {
    if (coveredMs < burstMs && active !== undefined) {
      const { coveredMs: before, active: activeBefore = 0 } = this.#newest
      this.#newest = { coveredMs: before + coveredMs, active: activeBefore + active }
      return true
    }
    this.#newest = { coveredMs, active }
    if (active === undefined || coveredMs > usualMs) return false
    this.#usualSeconds += coveredMs / 1_000
    this.#usualActive += Math.min(active, coveredMs / 1_000)
    return false
  }

  /** How much of a silence of so long, within the newest reports, it has run: 0 to 1. */
  shareOf(silentMs: number): number {
    const { coveredMs, active } = this.#newest
    const density = this.#usualSeconds > 0 ? this.#usualActive / this.#usualSeconds : 1
    if (active === undefined || density < leastDensity || silentMs <= 0) return 1
    const heardSeconds = Math.max(0, coveredMs - silentMs) / 1_000
    const share = (active - density * heardSeconds) / ((density * silentMs) / 1_000)
    return share >= enough ? 1 : Math.max(0, share)
  }
}
