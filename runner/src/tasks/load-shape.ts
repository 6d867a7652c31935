import type { AnyParams } from '../environment/environment.ts'

/**
 * What `tick()` returns: the total number of users, the users to start or stop per second, and optionally the user classes (or
 * their names) that run. `null` or `undefined` ends the run.
 */
export type ShapeTick =
  | readonly [users: number, spawnRate: number]
  | readonly [users: number, spawnRate: number, classes: readonly (string | { readonly name: string })[] | undefined]
  | null
  | undefined

/** @internal What a shape is given besides the time. */
export interface ShapeSettings {
  users?: number | undefined
  spawnRate?: number | undefined
  params?: Readonly<Record<string, unknown>>
}

/** Authors write shapes without constructors: what one is given lies here while it is made. */
let pending: ShapeSettings = {}

/** @internal */
export function constructShape(shapeClass: new () => LoadShape, settings: ShapeSettings): LoadShape {
  pending = settings
  try {
    return new shapeClass()
  } finally {
    pending = {}
  }
}

/**
 * A load profile in code. Export a subclass from the load file. It is the load of every run that sets no other profile. The
 * master calls `tick()` once per second. A tick that returns nothing ends the run. Unlike in Locust, a tick does not wait for a
 * ramp. `LoadShape<typeof params>` gives `this.params` its types.
 *
 *     export class Steps extends LoadShape {
 *       tick(): ShapeTick { return this.runTime < 600 ? [Math.ceil(this.runTime / 60) * 10, 5] : null }
 *     }
 */
export abstract class LoadShape<Params extends object = AnyParams> {
  /** Set `static abstract = true` on a base class that is not a load profile itself. */
  static abstract?: boolean

  /**
   * Set it to `true` if the shape reads `users` and `spawnRate`. It is like Locust's `use_common_options`. Without it, Katydid
   * refuses `--users` and `--spawn-rate`, because they would have no effect.
   */
  static useCommonOptions?: boolean

  /** Number of users from `--users` or `profile.users`. Undefined if it is not set. */
  users: number | undefined = pending.users

  /** Users per second from `--spawn-rate` or `profile.spawnRate`. Undefined if it is not set. */
  spawnRate: number | undefined = pending.spawnRate

  /** The parameters of the load file. */
  params: Params = (pending.params ?? {}) as Params

  /** Seconds since the start of the run, or since `resetTime()`. A whole number at each tick. */
  get runTime(): number {
    return this.#elapsed - this.#zero
  }

  /** The master sets it before each tick, to the seconds since the start of the run. */
  set runTime(seconds: number) {
    this.#elapsed = seconds
  }

  /** Number of users that the profile requests now. The master sets it before each tick. */
  currentUsers = 0

  #elapsed = 0
  #zero = 0

  /** Returns the load from now on. It must not be async. */
  abstract tick(): ShapeTick

  /** Starts `runTime` again at 0, for shapes that repeat. */
  resetTime(): void {
    this.#zero = this.#elapsed
  }
}
