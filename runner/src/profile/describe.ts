import { formatDuration } from '../plan/duration.ts'
import { formatRate } from '../plan/rate.ts'
import type { ProfilePlan } from '../plan/run-plan.ts'
import { createProfile } from './profiles.ts'

/** A profile in one line: `constant: 100 users at 10/s, for 5m`. */
export function describeProfile(plan: ProfilePlan): string {
  return `${plan.kind}: ${what(plan)}, ${length(createProfile(plan).durationMs, plan)}`
}

function what(plan: ProfilePlan): string {
  switch (plan.kind) {
    case 'constant':
      return `${users(plan.users)} at ${formatRate(plan.spawnRate)}`
    case 'stages':
      return `${count(plan.stages.length, 'stage')} up to ${users(peak(plan))}`
    case 'spike': {
      const times = plan.repeat > 1 ? `${plan.repeat} times ` : ''
      return `${users(plan.baseUsers)}, ${times}${plan.peakUsers} for ${formatDuration(plan.hold)}`
    }
    case 'bursts': {
      const how = `${formatDuration(plan.duration)} in every ${formatDuration(plan.every)}`
      return `${users(plan.baseUsers)}, ${plan.burstUsers} for ${how}`
    }
    case 'arrivals': {
      const rate = plan.rate === undefined ? `up to ${formatRate(peak(plan))}` : formatRate(plan.rate)
      const how = plan.distribution === 'poisson' ? ' (Poisson)' : ''
      return `${rate} arrivals${how} on at most ${users(plan.maxUsers)}`
    }
    case 'shape':
      return plan.class ?? "the load file's LoadShape"
  }
}

function length(durationMs: number | undefined, plan: ProfilePlan): string {
  if (durationMs !== undefined) return `for ${formatDuration(durationMs)}`
  return plan.kind === 'shape' ? 'until it ends' : 'until stopped'
}

function peak(plan: ProfilePlan): number {
  const load = createProfile(plan).peak
  if (!load) return 0
  return 'users' in load ? load.users : load.arrivalsPerSecond
}

function users(n: number): string {
  return count(n, 'user')
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
