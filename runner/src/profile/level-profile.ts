import type { Levels } from './levels.ts'
import { cornerAfter, type Load, type Profile } from './profile.ts'

/** A closed-model profile from its levels; `endMs` cuts it off, by default where the levels end. */
export class LevelProfile implements Profile {
  readonly kind: string
  readonly durationMs: number | undefined
  readonly peak: { users: number }
  readonly cornersMs: readonly number[]
  readonly #levels: Levels
  readonly #endMs: number

  constructor(kind: string, levels: Levels, endMs: number = levels.endMs) {
    this.kind = kind
    this.#levels = levels
    this.#endMs = endMs
    this.durationMs = Number.isFinite(endMs) ? endMs : undefined
    this.peak = { users: levels.peakBefore(endMs) }
    this.cornersMs = levels.cornersUntil(endMs)
  }

  targetAt(elapsedMs: number): Load | undefined {
    if (elapsedMs >= this.#endMs) return undefined
    // a start may be early by what rounding is allowed: not one that the end leaves out
    return { users: Math.min(this.peak.users, this.#levels.usersAt(Math.max(0, elapsedMs))) }
  }

  nextCornerMs(elapsedMs: number): number | undefined {
    return cornerAfter(this.cornersMs, elapsedMs)
  }
}
