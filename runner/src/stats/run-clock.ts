/** A run's own time: ms since its first moment, which every process of the run holds to be the same. */
export class RunClock {
  #startedAtMs = Number.NaN

  /** The first moment, as `performance.now()` says it here; left out: now. */
  start(atMs = performance.now()): void {
    this.#startedAtMs = atMs
  }

  get hasStarted(): boolean {
    return !Number.isNaN(this.#startedAtMs)
  }

  /** The first moment in epoch ms, as other processes would say it; 0 before it. */
  get startedAt(): number {
    return this.hasStarted ? performance.timeOrigin + this.#startedAtMs : 0
  }

  /** 0 before the first moment. */
  get elapsedMs(): number {
    return this.hasStarted ? performance.now() - this.#startedAtMs : 0
  }
}
