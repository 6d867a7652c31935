/** The uid of the Job that a run's verdict belongs to, and when it was told (ISO 8601). */
export interface ToldJob {
  job: string
  at: string
}

/** A limit, so that requests in the name of many Jobs cost no memory. */
const mostWaiting = 100

/**
 * Which Job a run's verdict belongs to: every Job that asked while the run went on, otherwise the first Job that asks afterwards. For any other Job
 * the verdict is of an earlier run: nothing was run since that Job was created.
 */
export class VerdictJobs {
  readonly #waiting = new Set<string>()
  #told: ToldJob | undefined
  #keep: (told: ToldJob) => Promise<void> = async () => {}

  /** Takes over what an earlier process of this master knew. That run is over, so Jobs that have asked so far did not wait for it. */
  restore(told: ToldJob | undefined): void {
    this.#waiting.clear()
    this.#told = told
  }

  /** `keep` saves which Job was told, for the next process of this master. It does not reject. */
  keepWith(keep: (told: ToldJob) => Promise<void>): void {
    this.#keep = keep
  }

  /** A Job asks while the run goes on. */
  waits(job: string): void {
    if (this.#waiting.size < mostWaiting) this.#waiting.add(job)
  }

  /** Tells `job` the verdict of the run, which is over. Undefined if it is the Job's own; otherwise the Job that was told before. */
  async tell(job: string, now = () => new Date()): Promise<ToldJob | undefined> {
    if (!this.#told) {
      this.#told = { job, at: now().toISOString() }
      // saved before the answer: a master that restarts in between would tell another Job the same
      await this.#keep(this.#told)
      return undefined
    }
    return this.#told.job === job || this.#waiting.has(job) ? undefined : this.#told
  }
}
