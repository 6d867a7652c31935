import type { Load, Profile } from './profile.ts'

/** Short of every start: rounding in a profile is far below it, and no two corners are this near. */
const justBeforeMs = 1e-6

/** User-seconds, or arrivals, between the start and a moment: exact, as users are even steps between corners. */
export function totalLoad(profile: Profile, untilMs: number): number {
  if (profile.arrivals) return profile.arrivals.integral.until(untilMs)
  let total = 0
  let fromMs = 0
  while (fromMs < untilMs) {
    const toMs = Math.min(untilMs, profile.nextCornerMs(fromMs) ?? untilMs)
    const first = levelOf(profile.targetAt(fromMs))
    const last = levelOf(profile.targetAt(Math.max(fromMs, toMs - justBeforeMs)))
    total += (((first + last) / 2) * (toMs - fromMs)) / 1_000
    fromMs = toMs
  }
  return total
}

/** Users, or arrivals per second; 0 when the profile is over. */
export function levelOf(load: Load | undefined): number {
  if (load === undefined) return 0
  return 'users' in load ? load.users : load.arrivalsPerSecond
}
