import type { ProfilePlan, RunPlan, ThresholdPlan } from '../plan/run-plan.ts'
import { peakUsers } from '../profile/peak-users.ts'
import { createProfile } from '../profile/profiles.ts'
import { statedUsers } from '../profile/stated-users.ts'

/** The chart's own default (chart/values.yaml); a test holds them together. */
export const usersPerWorker = 500

/** What `katydid plan --json` prints. Durations are ms, rates per second, ratios 0..1. */
export interface PlanJson {
  profile: ProfilePlan
  /** null: until stopped, or only a shape's class knows. */
  durationMs: number | null
  /** The most there will be; null for a shape. */
  peakUsers: number | null
  /** As many as the chart starts; null for a shape without workers.count. */
  workers: number | null
  thresholds: readonly ThresholdPlan[]
}

export function planJson({ profile, workers, thresholds }: RunPlan): PlanJson {
  const users = statedUsers(profile)
  const computed = users === undefined ? null : Math.ceil(users / (workers.usersPerWorker ?? usersPerWorker))
  const needed = workers.count ?? computed
  const { processes = 1 } = workers
  return {
    profile,
    durationMs: createProfile(profile).durationMs ?? null,
    peakUsers: peakUsers(profile) ?? null,
    workers: needed && Math.ceil(needed / processes) * processes,
    thresholds,
  }
}
