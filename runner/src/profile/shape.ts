import type { ShapePlan } from '../plan/run-plan.ts'
import type { Load, Profile } from './profile.ts'

/**
 * A LoadShape of the load file decides, while the run goes on, and only the master asks it (`ShapeRamp` makes its ticks smooth). What
 * can be known before is the run time; until then this asks for no users.
 */
export function shape(plan: ShapePlan): Profile {
  const endMs = plan.runTime ?? Number.POSITIVE_INFINITY
  return {
    kind: 'shape',
    durationMs: plan.runTime,
    peak: undefined,
    cornersMs: [],
    targetAt: (elapsedMs): Load | undefined => (elapsedMs < endMs ? { users: 0 } : undefined),
    nextCornerMs: () => undefined,
  }
}
