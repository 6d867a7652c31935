import type { RunInterval } from '../stats/snapshot.ts'
import type { LoadReport } from './output.ts'

export type LoadTotals = Omit<LoadReport, 'windows'>

/** Users asked for against users that ran, as far as intervals tell: for a run that ends before its master has counted it all. */
export class LoadTally {
  #askedUserSeconds = 0
  #userSeconds = 0
  #askedPeakUsers = 0

  add({ targetUsers, userCount, durationMs }: RunInterval): void {
    if (targetUsers === undefined) return
    this.#askedUserSeconds += (targetUsers * durationMs) / 1_000
    this.#userSeconds += (userCount * durationMs) / 1_000
    this.#askedPeakUsers = Math.max(this.#askedPeakUsers, targetUsers)
  }

  report(): LoadTotals {
    return {
      askedUserSeconds: this.#askedUserSeconds,
      userSeconds: this.#userSeconds,
      askedPeakUsers: this.#askedPeakUsers,
    }
  }
}
