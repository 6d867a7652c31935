import { spikeCycleMs } from '../plan/profile-times.ts'
import type { SpikePlan } from '../plan/run-plan.ts'
import { LevelProfile } from './level-profile.ts'
import { Levels } from './levels.ts'
import type { Profile } from './profile.ts'

/**
 * A calm level with a sudden high one: `after` of calm, up in `rampUp`, `hold` at the peak, down in `rampDown`; `repeat` times;
 * then calm until the run time, or for another `after`, to see whether the target recovers.
 */
export function spike(plan: SpikePlan): Profile {
  const levels = new Levels().rampAt(plan.baseUsers, plan.spawnRate)
  for (let done = 0; done < plan.repeat; done++)
    levels
      .holdUntil(done * spikeCycleMs(plan) + plan.after)
      .ramp(plan.peakUsers, plan.rampUp)
      .hold(plan.hold)
      .ramp(plan.baseUsers, plan.rampDown)
  const endMs = plan.runTime ?? plan.repeat * spikeCycleMs(plan) + plan.after
  return new LevelProfile('spike', levels.holdUntil(endMs), endMs)
}
