import { KatydidError } from '../../errors.ts'
import { shownValue } from '../shown-value.ts'

/** Seconds a user waits after a task. The user is passed in; most waits do not look at it. */
export type WaitTime = (user: object) => number

/** A wait that keeps to a schedule. The user loop knows it by `periodMs` and keeps the schedule itself, so one may be shared. */
export interface PacedWait extends WaitTime {
  readonly periodMs: number
}

/** @internal */
export function isPaced(wait: unknown): wait is PacedWait {
  return typeof wait === 'function' && 'periodMs' in wait
}

/** What a timer of Node's can hold, in whole days. */
const longestWaitSeconds = 24 * 86_400
/** More a second, and the wait is none: no user runs a task so often. */
const mostPerSecond = 1_000_000

/** @internal What is said of a wait that is none. */
export const secondsHint = 'seconds, from 0 to 24 days: a number, not a text or a promise'

/** @internal Whether somebody can wait so long. */
export function isWait(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && seconds >= 0 && seconds <= longestWaitSeconds
}

/** @internal Whether something can be done so often. */
export function isPace(perSecond: unknown): perSecond is number {
  return typeof perSecond === 'number' && perSecond >= 1 / longestWaitSeconds && perSecond <= mostPerSecond
}

/** @internal Refuses the arguments of a wait. */
export function noWait(name: string, given: readonly unknown[], hint: string): KatydidError {
  return new KatydidError('LOAD_FILE', `${name}(${given.map(shownValue).join(', ')}) is no wait`, { hint })
}
