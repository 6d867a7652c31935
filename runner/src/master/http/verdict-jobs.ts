/** The Job that was told a run's verdict as its own, by its uid, and when (ISO 8601). */
export interface ToldJob {
  job: string
  at: string
}

/** Nobody starts so many: whoever asks in the name of more Jobs costs no more memory. */
const mostWaiting = 100

/**
 * Which Job a run's verdict belongs to. A Job that asks while the run goes on has waited for it; after its end it is the first that asks. To any other
 * Job the verdict is one of an earlier run: nothing was run since that Job was made.
 */
export class VerdictJobs {
  readonly #waiting = new Set<string>()
  #told: ToldJob | undefined
  #keep: (told: ToldJob) => Promise<void> = async () => {}

  /** What an earlier process of this master knew, and where this one writes it. The run is over: whoever has asked so far has not waited for it. */
  restore(told: ToldJob | undefined): void {
    this.#waiting.clear()
    this.#told = told
  }

  /** `keep` writes down who was told, for the next process of this master; it does not reject. */
  keepWith(keep: (told: ToldJob) => Promise<void>): void {
    this.#keep = keep
  }

  /** A Job asks and the run goes on. */
  waits(job: string): void {
    if (this.#waiting.size < mostWaiting) this.#waiting.add(job)
  }

  /** The run is over and `job` is told its verdict; undefined where it is the Job's own, else who was told before. */
  async tell(job: string, now = () => new Date()): Promise<ToldJob | undefined> {
    if (!this.#told) {
      this.#told = { job, at: now().toISOString() }
      // before the answer: a master that ends in between would tell another Job the same
      await this.#keep(this.#told)
      return undefined
    }
    return this.#told.job === job || this.#waiting.has(job) ? undefined : this.#told
  }
}
