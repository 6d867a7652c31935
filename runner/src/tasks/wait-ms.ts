import { StopTest } from '../environment/control-flow.ts'
import { KatydidError } from '../errors.ts'
import { shownValue } from './shown-value.ts'
import type { TaskHolder } from './task-set.ts'
import type { User } from './user.ts'
import { isWait, secondsHint } from './waits/wait-time.ts'

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
    throw new StopTest(`waitTime of ${name} is ${shownValue(waitTime)}: give a function: ${example}`, 'broken')
  }
  const seconds: unknown = waitTime.call(waiter, user)
  if (isWait(seconds)) return seconds * 1_000
  if (seconds instanceof Promise) seconds.catch(() => {}) // what it rejects with is not the fault that counts
  throw new KatydidError('LOAD_FILE', `waitTime of ${name} gave ${shownValue(seconds)}`, { hint: secondsHint })
}
