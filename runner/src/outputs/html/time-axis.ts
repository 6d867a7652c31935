import type { RunEvent } from '../../facts/run-event.ts'
import type { Result } from '../result/result.ts'

/** What all charts of a page have in common. */
export interface TimeAxis {
  endSeconds: number
  warmupSeconds: number
  events: readonly RunEvent[]
}

/** The last stretch ends where the run did; one that is shorter than this has too little in it for a figure. */
export const leastSeconds = 0.5

export function timeAxisOf({ durationMs, plan, events }: Result): TimeAxis {
  return { endSeconds: durationMs / 1_000, warmupSeconds: (plan?.warmup ?? 0) / 1_000, events }
}
