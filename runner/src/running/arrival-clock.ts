import type { ArrivalsTarget } from '../profile/arrivals-target.ts'

/** A stretch of time over which the arrival rate changes evenly: all of an ArrivalsTarget but who takes it. */
export type RateSegment = Pick<ArrivalsTarget, 'fromMs' | 'untilMs' | 'rateFrom' | 'rateUntil' | 'before'>

/** Arrivals of the whole run up to `atMs` (within the segment): `before` plus the integral of the rate. */
export function arrivalsUntil(segment: RateSegment, atMs: number): number {
  const { fromMs, untilMs, rateFrom, rateUntil, before } = segment
  const t = (atMs - fromMs) / 1_000
  const slope = untilMs > fromMs ? ((rateUntil - rateFrom) / (untilMs - fromMs)) * 1_000 : 0
  return before + rateFrom * t + (slope * t * t) / 2
}

/**
 * The moment (ms of the run) when the run's arrivals come to `count`: the inverse of `arrivalsUntil`. Infinity where they do not
 * within the segment. The root is taken in the form 2c / (b + √(b² + 2ac)), which is exact where the slope is small or the
 * rate begins at 0.
 */
export function arrivalTimeMs(segment: RateSegment, count: number): number {
  const { fromMs, untilMs, rateFrom, rateUntil, before } = segment
  const missing = count - before
  if (missing <= 0) return fromMs
  const slope = untilMs > fromMs ? ((rateUntil - rateFrom) / (untilMs - fromMs)) * 1_000 : 0
  const root = rateFrom * rateFrom + 2 * slope * missing
  if (root < 0) return Number.POSITIVE_INFINITY
  const divisor = rateFrom + Math.sqrt(root)
  if (divisor <= 0) return Number.POSITIVE_INFINITY
  return fromMs + (2_000 * missing) / divisor
}
