import type { RunEvent } from '../../stats/snapshot.ts'
import type { Result } from '../result.ts'

/** What all charts of a page have in common. */
export interface TimeAxis {
  endSeconds: number
  warmupSeconds: number
  events: readonly RunEvent[]
}

/** What a run's end cuts off of its last stretch may be shorter: over less than this no rate is told. */
export const leastSeconds = 0.5

export function timeAxisOf({ durationMs, plan, events }: Result): TimeAxis {
  return { endSeconds: durationMs / 1_000, warmupSeconds: (plan?.warmup ?? 0) / 1_000, events }
}
