import { planWords } from '../outputs/result/shown-result.ts'
import type { ProfilePlan, RunPlan, ThresholdPlan } from '../plan/run-plan.ts'
import { peakUsers } from '../profile/peak-users.ts'
import type { Profile } from '../profile/profile.ts'
import { createProfile } from '../profile/profiles.ts'
import { statedUsers } from '../profile/stated-users.ts'

/**
 * The chart's own default (chart/values.yaml); a test holds them together.
 *
 * @tested the chart must have the same default
 */
export const usersPerWorker = 500

/** What `katydid plan --json` prints. Durations are ms, rates per second, ratios 0..1. */
export interface PlanJson {
  profile: ProfilePlan
  /** null: until stopped. */
  durationMs: number | null
  /** The most there will be; of a shape without an end, in its first day. */
  peakUsers: number | null
  /** As many as the chart starts; null for a shape without workers.count. */
  workers: number | null
  thresholds: readonly ThresholdPlan[]
}

/** What of it never is a secret. */
export const ownWords = { profile: planWords.profile, thresholds: planWords.thresholds }

/** `asked` is the plan's profile, or what its LoadShape said when it was asked. */
export function planJson({ profile, workers, thresholds }: RunPlan, asked: Profile = createProfile(profile)): PlanJson {
  const users = statedUsers(profile)
  const computed = users === undefined ? null : Math.ceil(users / (workers.usersPerWorker ?? usersPerWorker))
  const needed = workers.count ?? computed
  const { processes = 1 } = workers
  return {
    profile,
    durationMs: asked.durationMs ?? null,
    peakUsers: peakUsers(profile, asked) ?? null,
    workers: needed && Math.ceil(needed / processes) * processes,
    thresholds,
  }
}
