import type { RunInterval } from '../stats/snapshot.ts'

/** Users asked for against users that ran, over the whole run; there is nothing to say where a run asks for arrivals. */
export class LoadTally {
  offeredUserSeconds = 0
  deliveredUserSeconds = 0
  peakTarget = 0

  add({ targetUsers, userCount, durationMs }: RunInterval): void {
    if (targetUsers === undefined) return
    this.offeredUserSeconds += (targetUsers * durationMs) / 1_000
    this.deliveredUserSeconds += (userCount * durationMs) / 1_000
    this.peakTarget = Math.max(this.peakTarget, targetUsers)
  }
}
