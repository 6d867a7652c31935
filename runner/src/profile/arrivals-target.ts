import type { Profile } from './profile.ts'

/** Open-model orders: the rate is linear between its two ends, and worker k of n takes arrivals k, k + n, k + 2n … */
export interface ArrivalsTarget {
  fromMs: number
  untilMs: number
  /** Arrivals per second of the whole run at both ends. */
  rateFrom: number
  rateUntil: number
  /** Arrivals of the whole run before `fromMs`: what makes workers interleave and a late message harmless. */
  before: number
  index: number
  workers: number
  /** `even` where it is left out. `poisson`: this worker's arrivals are a Poisson process of rate / workers, of its own. */
  distribution?: 'even' | 'poisson'
  /** Users this worker may have busy at once. */
  maxUsers: number
}

/** Orders for a stretch of an open-model profile, cut where the slope changes; none where the profile is over, or of another kind. */
export function arrivalsTargets(
  profile: Profile,
  fromMs: number,
  untilMs: number,
): Omit<ArrivalsTarget, 'index' | 'workers' | 'maxUsers'>[] {
  if (!profile.arrivals) return []
  const { integral, distribution } = profile.arrivals
  return integral
    .between(fromMs, untilMs)
    .map((slope) => ({ ...slope, before: integral.until(slope.fromMs), distribution }))
}
