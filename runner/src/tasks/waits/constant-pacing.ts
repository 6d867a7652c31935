import { isPace, noWait, type PacedWait } from './wait-time.ts'

/**
 * Starts a task every `seconds`, however long tasks take: iteration k at the user's first start + k × `seconds`. After a task
 * that took longer the next ones start at once until the schedule is caught up with, and latency is also reported from the
 * moment each should have started (Locust leaves missed iterations out instead, and with them what their users would have seen).
 */
export function constantPacing(seconds: number): PacedWait {
  if (typeof seconds !== 'number' || !isPace(1 / seconds))
    throw noWait('constantPacing', [seconds], 'seconds from one start to the next: a number above 0, at most 24 days')
  return paced(seconds * 1_000)
}

/** @internal A wait with the given period. Called directly (inside a user's own wait function), it keeps a schedule for each user. */
export function paced(periodMs: number): PacedWait {
  const nextByUser = new WeakMap<object, number>()
  const wait = (user: object): number => {
    const now = performance.now()
    const next = nextByUser.get(user) ?? now + periodMs
    nextByUser.set(user, next + periodMs)
    return Math.max(0, next - now) / 1_000
  }
  return Object.assign(wait, { periodMs })
}
