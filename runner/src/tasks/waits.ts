import { KatydidError } from '../errors.ts'
import { shownValue } from './shown-value.ts'

/** A function that returns the seconds to wait after a task. It gets the user as its argument. */
export type WaitTime = (user: object) => number

/** A wait with a schedule: a task starts once per period. Each user has its own schedule, so users can share one wait. */
export interface PacedWait extends WaitTime {
  /** Time from one start to the next, in ms. */
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

/**
 * Always the same wait, in seconds: `waitTime = constant(1)`.
 *
 * @throws KatydidError unless it is a number from 0 to 24 days
 */
export function constant(seconds: number): WaitTime {
  if (!isWait(seconds)) throw noWait('constant', [seconds], secondsHint)
  return () => seconds
}

/**
 * A random wait from `min` to `max` seconds (uniform distribution): `waitTime = between(2, 10)`.
 *
 * @throws KatydidError unless both are numbers from 0 to 24 days and `min` is at most `max`
 */
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
 * A task starts every `seconds`, however long the last one took: `waitTime = constantPacing(10)`. Task k is due at the first
 * start of the user + k × `seconds`. If a task takes longer, the next tasks start at once until the user is on schedule again.
 * Reports then also show the latency from the time at which each task was due. (Locust skips the missed tasks, so its reports do
 * not show this delay.)
 *
 * @throws KatydidError unless it is a number above 0, at most 24 days
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

/**
 * Each user starts `perSecond` tasks per second, however long they take: the same as `constantPacing(1 / perSecond)`.
 *
 *     waitTime = constantThroughput(0.1) // one task every 10 s
 *
 * @throws KatydidError unless it is a number above 0, at most 1,000,000
 */
export function constantThroughput(perSecond: number): PacedWait {
  if (!isPace(perSecond))
    throw noWait('constantThroughput', [perSecond], 'use the task runs per second: a number above 0, at most 1,000,000')
  return paced(1_000 / perSecond)
}

/**
 * A random wait as between the events of a Poisson process. Waits have an exponential distribution with the mean 1 / `rate`
 * seconds: `poisson(2)` waits 0.5 s on average. (Inverse transform: −ln(1 − u) / rate.)
 *
 * @throws KatydidError unless it is a number above 0, at most 1,000,000
 */
export function poisson(rate: number): WaitTime {
  if (!isPace(rate))
    throw noWait('poisson', [rate], 'use the task runs per second: a number above 0, at most 1,000,000')
  return () => -Math.log(1 - Math.random()) / rate
}
