import type { ProfilePlan } from '../plan/run-plan.ts'

/**
 * The largest number of users a profile states, even where its run time cuts it short: what the chart counts workers by, since a
 * template can read numbers but follow no ramps. Undefined for a shape: only its class knows.
 */
export function statedUsers(plan: ProfilePlan): number | undefined {
  switch (plan.kind) {
    case 'constant':
      return plan.users
    case 'stages':
      return Math.max(...plan.stages.map(({ users = 0 }) => users))
    case 'spike':
      return plan.peakUsers
    case 'bursts':
      return plan.burstUsers
    case 'arrivals':
      return plan.maxUsers
    case 'shape':
      return undefined
  }
}
