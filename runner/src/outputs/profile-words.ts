import type { ProfilePlan } from '../plan/run-plan.ts'
import { describeProfile } from '../profile/describe.ts'
import type { Redact } from '../redact.ts'

/** A profile in one line, of which only the name of a LoadShape comes from outside. */
export function profileInWords(profile: ProfilePlan, redact: Redact): string {
  const { kind } = profile
  const shown = kind === 'shape' && profile.class !== undefined ? { ...profile, class: redact(profile.class) } : profile
  return describeProfile(shown)
}
