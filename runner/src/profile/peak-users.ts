import type { ProfilePlan } from '../plan/run-plan.ts'
import type { Profile } from './profile.ts'
import { createProfile } from './profiles.ts'

/** The most users there can be at once, which is what workers are sized by. Undefined for a shape: only its class knows. */
export function peakUsers(
  plan: ProfilePlan,
  { peak }: Pick<Profile, 'peak'> = createProfile(plan),
): number | undefined {
  if (plan.kind === 'arrivals') return plan.maxUsers
  return peak && 'users' in peak ? peak.users : undefined
}
