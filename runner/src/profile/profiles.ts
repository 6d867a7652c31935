import type { ProfilePlan } from '../plan/run-plan.ts'
import { arrivals } from './arrivals.ts'
import { bursts } from './bursts.ts'
import { constant } from './constant.ts'
import type { Profile } from './profile.ts'
import { shape } from './shape.ts'
import { spike } from './spike.ts'
import { stages } from './stages.ts'

type Factories = { [Kind in ProfilePlan['kind']]: (plan: Extract<ProfilePlan, { kind: Kind }>) => Profile }

/**
 * Every kind of profile, and what makes it. A new kind is a file and a line here (and its schema in `plan/`).
 *
 * @tested the contract of profiles goes through all
 */
export const profiles: Factories = { constant, stages, spike, bursts, arrivals, shape }

/** The profile of a checked plan. */
export function createProfile(plan: ProfilePlan): Profile {
  const factory = profiles[plan.kind] as (plan: ProfilePlan) => Profile
  return factory(plan)
}
