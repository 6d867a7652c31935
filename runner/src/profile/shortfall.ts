import type { ProfilePlan } from '../plan/run-plan.ts'
import { formatCount } from '../stats/format.ts'
import { peakUsers } from './peak-users.ts'
import { statedUsers } from './stated-users.ts'

/** Said of a profile whose time is over before all of its users have started; of arrivals, `maxUsers` is only a limit. */
export function shortfall(plan: ProfilePlan): string | undefined {
  const asked = statedUsers(plan)
  const reached = peakUsers(plan)
  if (plan.kind === 'arrivals' || asked === undefined || reached === undefined || reached >= asked) return undefined
  return `the profile asks for ${formatCount(asked)} users but reaches only ${formatCount(reached)}: it ends before the others have started. Use a longer run time or a higher spawn rate`
}
