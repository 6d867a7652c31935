/** Users that may be started at once after a pause, in seconds of the rate. */
const burstSeconds = 0.05

/**
 * How many users may start now. What a profile adds may always start: it is paced by itself. Users that only move, from a lost worker or to
 * a new one, start at the spawn rate; both at once do not start faster than either.
 */
export class StartBudget {
  #tokens = 0
  #atMs: number | undefined

  /** `rise`: users the profile has added since the last call; without a rate everything may start at once. */
  allowed(elapsedMs: number, rise: number, perSecond: number | undefined): number {
    if (perSecond === undefined) return Number.POSITIVE_INFINITY
    const passedMs = elapsedMs - (this.#atMs ?? elapsedMs)
    this.#atMs = elapsedMs
    const cap = Math.max(1, perSecond * burstSeconds)
    // what is left of a token counts, or rates that do not divide the ticks would be slower
    this.#tokens = Math.min(cap, this.#tokens) + Math.min(cap, (perSecond * passedMs) / 1_000)
    return Math.max(Math.floor(this.#tokens), rise)
  }

  spend(started: number): void {
    this.#tokens = Math.max(0, this.#tokens - started)
  }
}
