import { paced } from './constant-pacing.ts'
import { isPace, noWait, type PacedWait } from './wait-time.ts'

/** Starts `perSecond` tasks a second per user, however long they take: `constantPacing(1 / perSecond)`. */
export function constantThroughput(perSecond: number): PacedWait {
  if (!isPace(perSecond))
    throw noWait('constantThroughput', [perSecond], 'task runs per second: a number above 0, at most 1,000,000')
  return paced(1_000 / perSecond)
}
