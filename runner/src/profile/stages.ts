import { stepTimeMs } from '../plan/profile-times.ts'
import type { StagesPlan } from '../plan/run-plan.ts'
import { LevelProfile } from './level-profile.ts'
import { Levels } from './levels.ts'
import type { Profile } from './profile.ts'

/**
 * Ramps and steps: each stage goes straight from the level before it (0 at first) to `users` in `ramp`, then stays for `hold`.
 * A stage without `users` stays where it is; one without `ramp` is a step, made at `spawnRate` where there is one.
 */
export function stages(plan: StagesPlan): Profile {
  const levels = new Levels()
  for (const stage of plan.stages) {
    const users = stage.users ?? levels.level
    const stepMs = stepTimeMs(Math.abs(users - levels.level), plan.spawnRate)
    if (stage.ramp > 0) levels.ramp(users, stage.ramp).hold(stage.hold)
    else levels.ramp(users, stepMs).hold(stage.hold - stepMs)
  }
  return new LevelProfile('stages', levels)
}
