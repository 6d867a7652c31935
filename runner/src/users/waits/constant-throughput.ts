import { paced } from './constant-pacing.ts'
import { demand, type PacedWait } from './wait-time.ts'

/** Starts `perSecond` tasks a second per user, however long they take: `constantPacing(1 / perSecond)`. */
export function constantThroughput(perSecond: number): PacedWait {
  demand(
    perSecond > 0 && Number.isFinite(perSecond),
    `constantThroughput(${perSecond})`,
    'task runs per second, above 0',
  )
  return paced(1_000 / perSecond)
}
