/** Total users, users started or stopped per second, and optionally which classes: their names or the classes themselves. */
export type ShapeTick =
  | readonly [users: number, spawnRate: number]
  | readonly [users: number, spawnRate: number, classes: readonly (string | { readonly name: string })[] | undefined]
  | null
  | undefined

/**
 * A load of your own making: export a subclass from the load file and run it with `profile: { kind: shape }`. The master calls
 * `tick()` once a second; returning nothing ends the run. Unlike Locust's, a tick is never held up by a ramp under way.
 */
export abstract class LoadShape {
  /** A class to be subclassed further, not run: put `static abstract = true` on it. */
  static abstract?: boolean

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
