import type { ArrivalIntegral } from './arrival-integral.ts'

/** What a profile asks for at one moment. */
export type Load =
  | { users: number; classes?: readonly string[] }
  /** Open model: iterations started per second, whatever the target does. */
  | { arrivalsPerSecond: number }

/**
 * How much load, when: a pure function of the time since the run's start. No clock and no I/O, so that starts, ramps and
 * ends can be tested as tables, drawn before anything runs, and computed anew by whoever needs them.
 */
export interface Profile {
  readonly kind: string
  /** `users` are whole numbers and ramp smoothly; `undefined` means the profile is over. */
  targetAt(elapsedMs: number): Load | undefined
  /** Length in ms; undefined for a profile without an end, or one (a shape) that does not know. */
  readonly durationMs: number | undefined
  /** The most it will ever ask for: sizes workers and the drawing. Undefined for a shape. */
  readonly peak: Load | undefined
  /**
   * Moments (ms) where the slope changes: between two of them users and rates are linear. Empty for a shape. Bursts can have
   * no end of them: there it is those of the first 1,000, and `nextCornerMs` knows the others.
   */
  readonly cornersMs: readonly number[]
  /** The first corner after this moment, however late it is. */
  nextCornerMs(elapsedMs: number): number | undefined
  /** Of the open model only. */
  readonly arrivals?: ArrivalProcess
}

/** How iterations of the open model arrive. */
export interface ArrivalProcess {
  /** How many there are until any moment. */
  readonly integral: ArrivalIntegral
  readonly distribution: 'even' | 'poisson'
}

/** The first of sorted corners after a moment. */
export function cornerAfter(cornersMs: readonly number[], elapsedMs: number): number | undefined {
  let low = 0
  let high = cornersMs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((cornersMs[middle] as number) > elapsedMs) high = middle
    else low = middle + 1
  }
  return cornersMs[low]
}
