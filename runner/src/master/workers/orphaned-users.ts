import type { WorkerRecord } from './worker-record.ts'

/** Users whom lost workers had, from when nobody counts on them there until others have been given them: they start again at the spawn rate. */
export class OrphanedUsers {
  readonly #lost = new Set<WorkerRecord>()
  #count = 0
  #atMs = 0
  #userMs = 0

  /** Who of the workers has been lost since the last call, or is back. */
  see(workers: readonly WorkerRecord[], elapsedMs: number): void {
    this.until(elapsedMs)
    for (const worker of workers) {
      if (!worker.released) this.#lost.delete(worker)
      else if (!this.#lost.has(worker)) {
        this.#lost.add(worker)
        this.#count += worker.leftUsers
      }
    }
  }

  /** So many users that are asked for are nobody's: no more users than that are orphaned. */
  remain(unowned: number): void {
    this.#count = Math.min(this.#count, Math.max(0, unowned))
  }

  until(elapsedMs: number): void {
    this.#userMs += this.#count * Math.max(0, elapsedMs - this.#atMs)
    this.#atMs = elapsedMs
  }

  get userSeconds(): number {
    return Math.round(this.#userMs) / 1_000
  }
}
