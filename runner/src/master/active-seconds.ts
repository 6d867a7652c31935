/** A report of Locust's comes every 3 s; one of a longer time is of a silence. */
const usualMs = 4_500
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

  /** A report about so much time. */
  report(coveredMs: number, active: number | undefined): void {
    this.#newest = { coveredMs, active }
    if (active === undefined || coveredMs > usualMs || coveredMs <= 0) return
    this.#usualSeconds += coveredMs / 1_000
    this.#usualActive += Math.min(active, coveredMs / 1_000)
  }

  /** How much of a silence of so long, within the newest report, it has run: 0 to 1. */
  shareOf(silentMs: number): number {
    const { coveredMs, active } = this.#newest
    const density = this.#usualSeconds > 0 ? this.#usualActive / this.#usualSeconds : 1
    if (active === undefined || density < leastDensity || silentMs <= 0) return 1
    const heardSeconds = Math.max(0, coveredMs - silentMs) / 1_000
    const share = (active - density * heardSeconds) / ((density * silentMs) / 1_000)
    return share >= enough ? 1 : Math.max(0, share)
  }
}
