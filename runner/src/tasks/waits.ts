import { KatydidError } from '../errors.ts'
import { shownValue } from './shown-value.ts'

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
export const secondsHint = 'use a number of seconds, from 0 to 24 days, not a text or a promise'

/** @internal Whether somebody can wait so long. */
export function isWait(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && seconds >= 0 && seconds <= longestWaitSeconds
}

/** @internal Whether something can be done so often. */
function isPace(perSecond: unknown): perSecond is number {
  return typeof perSecond === 'number' && perSecond >= 1 / longestWaitSeconds && perSecond <= mostPerSecond
}

/** @internal Refuses the arguments of a wait. */
function noWait(name: string, given: readonly unknown[], hint: string): KatydidError {
  return new KatydidError('LOAD_FILE', `${name}(${given.map(shownValue).join(', ')}) is not a wait time`, { hint })
}

/** Always the same wait, in seconds. */
export function constant(seconds: number): WaitTime {
  if (!isWait(seconds)) throw noWait('constant', [seconds], secondsHint)
  return () => seconds
}

/** A random wait from `min` to `max` seconds, all equally likely. */
export function between(min: number, max: number): WaitTime {
  if (!isWait(min) || !isWait(max) || max < min)
    throw noWait(
      'between',
      [min, max],
      'use two numbers of seconds, the smaller one first, both from 0 to 24 days: between(1, 5)',
    )
  return () => min + Math.random() * (max - min)
}

/**
 * Starts a task every `seconds`, however long tasks take: iteration k at the user's first start + k × `seconds`. After a task
 * that took longer the next ones start at once until the schedule is caught up with, and latency is also reported from the
 * moment each should have started (Locust leaves missed iterations out instead, and with them what their users would have seen).
 */
export function constantPacing(seconds: number): PacedWait {
  if (typeof seconds !== 'number' || !isPace(1 / seconds))
    throw noWait(
      'constantPacing',
      [seconds],
      'use the seconds from one start to the next: a number above 0, at most 24 days',
    )
  return paced(seconds * 1_000)
}

/** @internal A wait with the given period. Called directly (inside a user's own wait function), it keeps a schedule for each user. */
function paced(periodMs: number): PacedWait {
  const nextByUser = new WeakMap<object, number>()
  const wait = (user: object): number => {
    const now = performance.now()
    const next = nextByUser.get(user) ?? now + periodMs
    nextByUser.set(user, next + periodMs)
    return Math.max(0, next - now) / 1_000
  }
  return Object.assign(wait, { periodMs })
}

/** Starts `perSecond` tasks a second per user, however long they take: `constantPacing(1 / perSecond)`. */
export function constantThroughput(perSecond: number): PacedWait {
  if (!isPace(perSecond))
    throw noWait('constantThroughput', [perSecond], 'use the task runs per second: a number above 0, at most 1,000,000')
  return paced(1_000 / perSecond)
}

/**
 * Random waits as between the events of a Poisson process: exponentially distributed with mean 1 / `rate` seconds (inverse
 * transform, −ln(1 − u) / rate).
 */
export function poisson(rate: number): WaitTime {
  if (!isPace(rate))
    throw noWait('poisson', [rate], 'use the task runs per second: a number above 0, at most 1,000,000')
  return () => -Math.log(1 - Math.random()) / rate
}
