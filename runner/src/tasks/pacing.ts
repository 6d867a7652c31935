import type { Schedule } from '../stats/meter.ts'
import type { PacedWait } from './waits/wait-time.ts'

/**
 * One user's schedule under a paced wait: slot k is at the first start + k periods, and a late user catches up. A user that
 * comes to another pace (in a task set with its own wait, or back from it) begins a new schedule there.
 */
export class Pacing {
  #wait: PacedWait | undefined
  #slotAt = 0
  #fresh = false

  /** An iteration begins at `now` (`performance.now()` ms). One that begins without a wait still belongs to the same slot. */
  begin(wait: PacedWait, now: number, schedule: Schedule): void {
    if (wait !== this.#wait) this.#restart(wait, now)
    if (!this.#fresh) return
    this.#fresh = false
    schedule.intendedAt = Math.min(this.#slotAt, now) // a timer may be a fraction of a ms early
  }

  /** The iteration that began at `startedAt` is over: when the next one should begin. */
  advance(wait: PacedWait, startedAt: number): number {
    if (wait !== this.#wait) this.#restart(wait, startedAt)
    this.#fresh = true
    return (this.#slotAt += wait.periodMs)
  }

  #restart(wait: PacedWait, at: number): void {
    this.#wait = wait
    this.#slotAt = at
    this.#fresh = true
  }
}
