import type { BurstsPlan } from '../plan/run-plan.ts'
import { Levels } from './levels.ts'
import type { Load, Profile } from './profile.ts'

const listedBursts = 1_000

/**
 * Low activity with bursts, for as long as wanted: each `every` is calm and ends with a burst of `duration` (its ramps included). With
 * `jitter` a burst comes earlier by a part of the calm that only its number decides, so that every run and worker sees the same. The
 * first comes when it should.
 */
export function bursts(plan: BurstsPlan): Profile {
  return new Bursts(plan)
}

class Bursts implements Profile {
  readonly kind = 'bursts'
  readonly durationMs: number | undefined
  readonly peak: { users: number }
  readonly #plan: BurstsPlan
  readonly #endMs: number
  #corners: readonly number[] | undefined
  #newest: { cycle: number; levels: Levels } | undefined

  constructor(plan: BurstsPlan) {
    this.#plan = plan
    this.durationMs = plan.runTime
    this.#endMs = plan.runTime ?? Number.POSITIVE_INFINITY
    this.peak = { users: this.#findPeak() }
  }

  targetAt(elapsedMs: number): Load | undefined {
    if (elapsedMs >= this.#endMs) return undefined
    const atMs = Math.max(0, elapsedMs)
    const cycle = this.#cycleAt(atMs)
    const users = this.#levelsOf(cycle).usersAt(atMs - cycle * this.#plan.every)
    return { users: Math.min(this.peak.users, users) }
  }

  #findPeak(): number {
    // a run time may end within the first burst; after two cycles there is nothing new
    const peaks = [0, 1].map((cycle) => this.#levelsOf(cycle).peakBefore(this.#endMs - cycle * this.#plan.every))
    return Math.max(...peaks)
  }

  get cornersMs(): readonly number[] {
    this.#corners ??= this.#listCorners()
    return this.#corners
  }

  #listCorners(): number[] {
    const corners: number[] = []
    for (let cycle = 0; cycle < listedBursts && cycle * this.#plan.every < this.#endMs; cycle++)
      corners.push(...this.#cornersOf(cycle))
    if (Number.isFinite(this.#endMs)) corners.push(this.#endMs)
    return [...new Set(corners)]
  }

  nextCornerMs(elapsedMs: number): number | undefined {
    const cycle = this.#cycleAt(Math.max(0, elapsedMs))
    // rounding may count a cycle's very end to it
    const near = [cycle, cycle + 1, cycle + 2].flatMap((nearby) => this.#cornersOf(nearby))
    const next = near.find((at) => at > elapsedMs)
    if (next !== undefined && next < this.#endMs) return next
    return this.#endMs > elapsedMs && Number.isFinite(this.#endMs) ? this.#endMs : undefined
  }

  #cycleAt(elapsedMs: number): number {
    return Math.floor(elapsedMs / this.#plan.every)
  }

  #cornersOf(cycle: number): number[] {
    const fromMs = cycle * this.#plan.every
    return this.#levelsOf(cycle)
      .slopes.map((slope) => fromMs + slope.fromMs)
      .filter((at) => at < this.#endMs)
  }

  #levelsOf(cycle: number): Levels {
    if (this.#newest?.cycle === cycle) return this.#newest.levels
    const { baseUsers, burstUsers, every, duration, ramp, jitter, spawnRate } = this.#plan
    const levels = new Levels()
    if (cycle === 0) levels.rampAt(baseUsers, spawnRate)
    else levels.ramp(baseUsers, 0)
    const earlier = cycle === 0 ? 0 : jitter * fraction(cycle)
    levels
      .holdUntil((every - duration) * (1 - earlier))
      .ramp(burstUsers, ramp)
      .hold(duration - 2 * ramp)
      .ramp(baseUsers, ramp)
      .holdUntil(every)
    this.#newest = { cycle, levels }
    return levels
  }
}

/** 0 ≤ x < 1, even and without a visible pattern, of a number: the finalizer of MurmurHash3. */
function fraction(n: number): number {
  let hash = n >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
