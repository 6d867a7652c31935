import type { ConstantPlan } from '../plan/run-plan.ts'
import { LevelProfile } from './level-profile.ts'
import { Levels } from './levels.ts'
import type { Profile } from './profile.ts'

/** Locust's own: users start at the spawn rate, then stay, until the run time (which includes the ramp) is over. */
export function constant(plan: ConstantPlan): Profile {
  const levels = new Levels().rampAt(plan.users, plan.spawnRate).hold(Number.POSITIVE_INFINITY)
  return new LevelProfile('constant', levels, plan.runTime ?? Number.POSITIVE_INFINITY)
}
