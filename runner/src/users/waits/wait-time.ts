import { KatydidError } from '../../errors.ts'

/** Seconds a user waits after a task. The user is passed in; most waits do not look at it. */
export type WaitTime = (user: object) => number

/** A wait that keeps to a schedule. The user loop knows it by `periodMs` and keeps the schedule itself, so one may be shared. */
export interface PacedWait extends WaitTime {
  readonly periodMs: number
}

export function isPaced(wait: unknown): wait is PacedWait {
  return typeof wait === 'function' && 'periodMs' in wait
}

/** Checks an argument of a wait. */
export function demand(holds: boolean, call: string, hint: string): void {
  if (!holds) throw new KatydidError('LOAD_FILE', `${call} is no wait`, { hint })
}
