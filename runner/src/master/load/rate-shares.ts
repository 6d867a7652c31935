import type { WorkerRecord } from '../workers/roster.ts'

/**
 * Parts a limit on requests over the workers. One that is silent keeps its part as long as it may still send, so that all of them together
 * never have more than there is.
 */
export class RateShares {
  readonly #maxRps: number
  readonly #told = new Map<WorkerRecord, number>()

  constructor(maxRps: number) {
    this.#maxRps = maxRps
  }

  /** Tells who does not know it. A part that shrinks is told before one that is new. */
  tell(workers: readonly WorkerRecord[]): void {
    const holders = workers.filter((worker) => worker.classes.length > 0 && !worker.released && !worker.drained)
    const part = this.#maxRps / holders.length
    const news = holders.filter((worker) => worker.isPresent && this.#told.get(worker) !== part)
    news.sort((a, b) => Number(this.#told.has(b)) - Number(this.#told.has(a)))
    for (const worker of news) {
      this.#told.set(worker, part)
      worker.link.send({ type: 'guard', maxRps: part })
    }
  }
}
