import { StopTest } from '../environment/control-flow.ts'
import { KatydidError } from '../errors.ts'
import type { Schedule } from '../stats/meter.ts'
import { shownValue } from './shown-value.ts'
import type { TaskHolder } from './task-set.ts'
import type { User } from './user.ts'
import { isWait, type PacedWait, secondsHint } from './waits.ts'

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

/**
 * What a wait function says, in ms.
 *
 * @throws StopTest where there is no function at all, since the load would be another one; KatydidError for what is no wait
 */
export function waitMs(waiter: TaskHolder, user: User): number {
  const { waitTime } = waiter as { waitTime: unknown }
  const name = waiter.constructor.name
  if (typeof waitTime !== 'function') {
    const example = isWait(waitTime) ? `constant(${waitTime})` : 'constant(2), or between(1, 3)'
    throw new StopTest(`waitTime of ${name} is ${shownValue(waitTime)}: use a function: ${example}`, 'broken')
  }
  const seconds: unknown = waitTime.call(waiter, user)
  if (isWait(seconds)) return seconds * 1_000
  if (seconds instanceof Promise) seconds.catch(() => {}) // what it rejects with is not the fault that counts
  throw new KatydidError('LOAD_FILE', `waitTime of ${name} returned ${shownValue(seconds)}`, { hint: secondsHint })
}
