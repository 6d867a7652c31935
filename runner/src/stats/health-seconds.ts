import type { HealthSample } from './snapshot.ts'

/** How many intervals a sample stands for: one, and one more for each second in which the event loop did not turn. Those are saturated. */
export function healthSeconds({ saturated, stalledMs = 0 }: HealthSample): { intervals: number; saturated: number } {
  const stalled = Math.round(stalledMs / 1_000)
  return { intervals: 1 + stalled, saturated: (saturated ? 1 : 0) + stalled }
}
