import { KatydidError, messageOf } from '../../errors.ts'
import type { Load } from '../../profile/profile.ts'
import { ShapeRamp } from '../../profile/shape-ramp.ts'
import { checkedTick } from '../../tasks/checked-tick.ts'
import type { LoadShape } from '../../tasks/load-shape.ts'
import type { LoadSource } from './load-source.ts'

const tickMs = 1_000

/**
 * A LoadShape as load source. `tick()` has state, so it is called only here, once for each second of the run and in order, also after a
 * pause. A new tick changes the ramp from where it is; it does not wait for the one before to finish.
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
    const { name } = this.#shape.constructor
    let returned: unknown
    try {
      returned = this.#shape.tick()
    } catch (error) {
      throw new KatydidError('HOOK', `${name}.tick() threw an error at ${atMs / 1_000} s: ${messageOf(error)}`, {
        cause: error,
      })
    }
    const next = checkedTick(returned, name, atMs / 1_000)
    if (next === undefined) {
      this.#over = true
      return
    }
    this.#target = next.users
    this.#spawnRate = next.spawnRate
    this.#ramp.aim(atMs, next.users, next.spawnRate, next.classes)
  }
}
