import type { Load, Profile } from '../../profile/profile.ts'
import { levelOf } from '../../profile/total-load.ts'

/** What decides the load: a profile, a load shape, or either of them with live edits. */
export interface LoadSource {
  /** `undefined`: the load is over. It is called with rising times. */
  targetAt(elapsedMs: number): Load | undefined
  /** Whether the level stays the same until the next corner: no ramp is under way. */
  isFlat(elapsedMs: number): boolean
  /** How fast users may start that move from one worker to another, per second. `undefined`: at once. */
  spawnRateAt(elapsedMs: number): number | undefined
  /** Whether it may still ask for more users than now. */
  mayRise(elapsedMs: number): boolean
}

export function profileSource(profile: Profile, spawnRate?: number): LoadSource {
  return {
    spawnRateAt: () => spawnRate,
    targetAt: (elapsedMs) => profile.targetAt(elapsedMs),
    isFlat(elapsedMs) {
      const corner = profile.nextCornerMs(elapsedMs)
      const now = profile.targetAt(elapsedMs)
      if (now === undefined || corner === undefined) return true
      const then = profile.targetAt(corner - 1)
      if (then === undefined) return true
      return 'users' in now && 'users' in then && now.users === then.users
    },
    mayRise(elapsedMs) {
      const now = levelOf(profile.targetAt(elapsedMs))
      return profile.cornersMs.some((at) => at > elapsedMs && levelOf(profile.targetAt(at - 1)) > now)
    },
  }
}
