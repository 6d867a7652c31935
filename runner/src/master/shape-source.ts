import { KatydidError, messageOf } from '../errors.ts'
import type { Load } from '../profile/profile.ts'
import { ShapeRamp } from '../profile/shape-ramp.ts'
import type { LoadShape, ShapeTick } from '../users/load-shape.ts'
import type { LoadSource } from './load-source.ts'

const tickMs = 1_000

/**
 * A user's LoadShape as a source: `tick()` is stateful, so it is called here only, once for each second of the run and in order,
 * also after a pause. A new tick re-aims the ramp from where it is; it never waits for an older one to finish.
 */
export class ShapeSource implements LoadSource {
  readonly #shape: LoadShape
  readonly #runTimeMs: number | undefined
  readonly #ramp = new ShapeRamp()
  #nextTickMs = 0
  #target = 0
  #spawnRate: number | undefined
  #over = false

  constructor(shape: LoadShape, runTimeMs: number | undefined) {
    this.#shape = shape
    this.#runTimeMs = runTimeMs
  }

  targetAt(elapsedMs: number): Load | undefined {
    while (!this.#over && this.#nextTickMs <= elapsedMs) this.#tick()
    if (this.#over || (this.#runTimeMs !== undefined && elapsedMs >= this.#runTimeMs)) return undefined
    return this.#ramp.at(elapsedMs)
  }

  isFlat(elapsedMs: number): boolean {
    return this.#ramp.at(elapsedMs).users === this.#target
  }

  spawnRateAt(): number | undefined {
    return this.#spawnRate
  }

  mayRise(): boolean {
    return true
  }

  #tick(): void {
    const atMs = this.#nextTickMs
    this.#nextTickMs += tickMs
    this.#shape.runTime = atMs / 1_000
    this.#shape.currentUsers = atMs === 0 ? 0 : this.#ramp.at(atMs).users
    let next: ShapeTick
    try {
      next = this.#shape.tick()
    } catch (error) {
      const text = messageOf(error)
      throw new KatydidError('HOOK', `${this.#shape.constructor.name}.tick() threw at ${atMs / 1_000} s: ${text}`, {
        cause: error,
      })
    }
    if (next === undefined || next === null) {
      this.#over = true
      return
    }
    const [users, spawnRate, classes] = next
    if (!(Number.isFinite(users) && users >= 0 && Number.isFinite(spawnRate) && spawnRate > 0)) {
      const hint =
        'return [users ≥ 0, spawnRate > 0], optionally with a list of user classes, or nothing to end the run'
      throw new KatydidError('HOOK', `${this.#shape.constructor.name}.tick() returned [${next}] at ${atMs / 1_000} s`, {
        hint,
      })
    }
    this.#target = Math.round(users)
    this.#spawnRate = spawnRate
    const names = classes?.map((entry) => (typeof entry === 'string' ? entry : entry.name))
    this.#ramp.aim(atMs, this.#target, spawnRate, names)
  }
}
