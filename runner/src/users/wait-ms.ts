import { KatydidError } from '../errors.ts'
import type { TaskHolder } from './task-set.ts'
import type { User } from './user.ts'

/** What a wait function says, in ms. */
export function waitMs(waiter: TaskHolder, user: User): number {
  const seconds: unknown = waiter.waitTime(user as never)
  if (typeof seconds === 'number' && seconds >= 0) return seconds * 1_000
  throw new KatydidError('LOAD_FILE', `waitTime of ${waiter.constructor.name} gave ${String(seconds)}`, {
    hint: 'seconds, 0 or more: a number, not a promise',
  })
}
