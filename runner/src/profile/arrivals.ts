import type { ArrivalsPlan } from '../plan/run-plan.ts'
import { ArrivalIntegral, type RateSlope } from './arrival-integral.ts'
import { type ArrivalProcess, cornerAfter, type Load, type Profile } from './profile.ts'

/**
 * Open model: iterations start at a rate, whatever the target does. One rate until the run time, or stages as of users: each goes
 * straight from the rate before it (0 at first) to `rate` in `ramp`, then stays for `hold`.
 */
export function arrivals(plan: ArrivalsPlan): Profile {
  return new Arrivals({ integral: new ArrivalIntegral(slopesOf(plan)), distribution: plan.distribution })
}

class Arrivals implements Profile {
  readonly kind = 'arrivals'
  readonly durationMs: number | undefined
  readonly peak: Load
  readonly cornersMs: readonly number[]
  readonly arrivals: ArrivalProcess

  constructor(process: ArrivalProcess) {
    const { slopes, endMs } = process.integral
    this.arrivals = process
    this.durationMs = Number.isFinite(endMs) ? endMs : undefined
    this.peak = { arrivalsPerSecond: Math.max(0, ...slopes.flatMap((slope) => [slope.rateFrom, slope.rateUntil])) }
    this.cornersMs = [...slopes.map((slope) => slope.fromMs), ...(Number.isFinite(endMs) ? [endMs] : [])]
  }

  targetAt(elapsedMs: number): Load | undefined {
    if (elapsedMs >= this.arrivals.integral.endMs) return undefined
    return { arrivalsPerSecond: this.arrivals.integral.rateAt(elapsedMs) }
  }

  nextCornerMs(elapsedMs: number): number | undefined {
    return cornerAfter(this.cornersMs, elapsedMs)
  }
}

function slopesOf(plan: ArrivalsPlan): RateSlope[] {
  if (plan.rate !== undefined) {
    const { rate, runTime = Number.POSITIVE_INFINITY } = plan
    return [{ fromMs: 0, untilMs: runTime, rateFrom: rate, rateUntil: rate }]
  }
  const slopes: RateSlope[] = []
  let atMs = 0
  let last = 0
  const add = (rateFrom: number, rateUntil: number, forMs: number) => {
    if (forMs > 0) slopes.push({ fromMs: atMs, untilMs: atMs + forMs, rateFrom, rateUntil })
    atMs += forMs
  }
  for (const { rate = last, ramp, hold } of plan.stages ?? []) {
    add(last, rate, ramp)
    add(rate, rate, hold)
    last = rate
  }
  return slopes
}
