import type { AnyParams } from '../environment/environment.ts'

/** Total users, users started or stopped per second, and optionally which classes: their names or the classes themselves. */
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
 * A load of your own making: export a subclass from the load file, and it is the load of every run whose values state no other
 * profile. The master calls `tick()` once a second; returning nothing ends the run. Unlike Locust's, a tick is never held up by a
 * ramp under way. `LoadShape<typeof params>` gives `this.params` its types.
 *
 *     export class Steps extends LoadShape {
 *       tick(): ShapeTick { return this.runTime < 600 ? [Math.ceil(this.runTime / 60) * 10, 5] : null }
 *     }
 */
export abstract class LoadShape<Params extends object = AnyParams> {
  /** A class to be subclassed further, not run: put `static abstract = true` on it. */
  static abstract?: boolean

  /**
   * The shape reads `users` and `spawnRate`, as Locust's `use_common_options`. Without it `--users` and `--spawn-rate` are refused,
   * since nothing would come of them.
   */
  static useCommonOptions?: boolean

  /** Of `--users` or `profile.users`; undefined where nobody said so. */
  users: number | undefined = pending.users

  /** Users a second, of `--spawn-rate` or `profile.spawnRate`; undefined where nobody said so. */
  spawnRate: number | undefined = pending.spawnRate

  /** The load file's parameters, with their defaults. */
  params: Params = (pending.params ?? {}) as Params

  /** Seconds since the start (or `resetTime()`), whole at each tick. */
  get runTime(): number {
    return this.#elapsed - this.#zero
  }

  /** Set by the master before each tick: seconds since the run's start. */
  set runTime(seconds: number) {
    this.#elapsed = seconds
  }

  /** Users at this moment, as asked for; set by the master before each tick. */
  currentUsers = 0

  #elapsed = 0
  #zero = 0

  /** What the load should be from now on. */
  abstract tick(): ShapeTick

  /** Makes `runTime` begin at 0 again, for shapes that repeat. */
  resetTime(): void {
    this.#zero = this.#elapsed
  }
}
