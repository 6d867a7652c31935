import type { ArrivalsTarget } from '../profile/arrivals-target.ts'

interface Stretch {
  target: ArrivalsTarget
  /** Where it ends, which a newer target may have brought forward. */
  endMs: number
}

/** An arrival this near to a stretch's end is the next one's first. */
const roundingMs = 1e-6

/** How far two targets' counts of arrivals may differ at their seam and still be one sequence: rounding, no more. */
const seam = 1e-3

/**
 * The moments at which this worker starts iterations, one after the other. Evenly: of the whole run's arrivals 0, 1, 2 … it takes
 * those with n ≡ index (mod workers), each at the moment the run's count comes to n. Or as a Poisson process: gaps in the count are
 * exponential, and independent on each worker; the sum of those processes is a Poisson process of the whole rate again.
 */
export class ArrivalSchedule {
  readonly #stretches: Stretch[] = []
  readonly #seed: number
  #random: (() => number) | undefined
  /** No arrival before this moment is asked for again. */
  #cursorMs = Number.NEGATIVE_INFINITY
  /** The run's count at the next and at the last arrival. */
  #count: number | undefined
  #lastCount = Number.NaN

  /** The same seed gives the same Poisson process. */
  constructor(seed = 1) {
    this.#seed = seed
  }

  /** The newest target holds from its `fromMs` on; arrivals it has in the past are still to come, those taken are not. */
  add(target: ArrivalsTarget): void {
    if (!(target.untilMs > Math.max(target.fromMs, this.#cursorMs))) return
    const stretches = this.#stretches
    while (stretches.length > 0 && (stretches.at(-1) as Stretch).target.fromMs >= target.fromMs) {
      stretches.pop()
      if (stretches.length === 0) this.#count = undefined
    }
    const last = stretches.at(-1)
    if (last && last.endMs > target.fromMs) last.endMs = target.fromMs
    stretches.push({ target, endMs: target.untilMs })
  }

  /** When the next arrival is due, ms of the run; undefined while none is known. */
  peek(): number | undefined {
    for (let head = this.#stretches[0]; head; head = this.#stretches[0]) {
      const { target, endMs } = head
      this.#count ??= this.#firstCount(target)
      const atMs = arrivalTimeMs(target, this.#count)
      if (atMs < endMs - roundingMs) return atMs
      this.#stretches.shift()
      this.#cursorMs = Math.max(this.#cursorMs, endMs)
      const next = this.#stretches[0]
      if (!next || !continues(head, next)) this.#count = undefined
    }
    return undefined
  }

  /** Takes the arrival that `peek` told of. */
  take(): void {
    const { target } = this.#stretches[0] as Stretch
    const count = this.#count as number
    this.#cursorMs = Math.max(this.#cursorMs, arrivalTimeMs(target, count))
    this.#lastCount = count
    this.#count = count + this.#gap(target)
  }

  #firstCount(target: ArrivalsTarget): number {
    const from = arrivalsUntil(target, Math.max(target.fromMs, this.#cursorMs))
    if (target.distribution === 'poisson') return from + this.#gap(target)
    const { index, workers } = target
    const first = index + workers * Math.ceil((from - index - seam) / workers)
    return Math.abs(first - this.#lastCount) < 0.5 ? first + workers : first
  }

  #gap({ index, workers, distribution }: ArrivalsTarget): number {
    if (distribution !== 'poisson') return workers
    this.#random ??= seededRandom(this.#seed + Math.imul(index + 1, 0x9e3779b1))
    return -Math.log(1 - this.#random()) * workers
  }
}

/** Whether the next stretch goes on where the first ends, for the same share of the same count. */
function continues({ target, endMs }: Stretch, { target: next }: Stretch): boolean {
  const sameShare =
    next.index === target.index && next.workers === target.workers && next.distribution === target.distribution
  return sameShare && next.fromMs === endMs && Math.abs(next.before - arrivalsUntil(target, endMs)) < seam
}

/** A stretch of time over which the arrival rate changes evenly: all of an ArrivalsTarget but who takes it. */
type RateSegment = Pick<ArrivalsTarget, 'fromMs' | 'untilMs' | 'rateFrom' | 'rateUntil' | 'before'>

/**
 * Arrivals of the whole run up to `atMs` (within the segment): `before` plus the integral of the rate.
 *
 * @tested it and arrivalTimeMs undo each other on any slope
 */
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
 *
 * @tested it and arrivalsUntil undo each other on any slope
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

/** A small reproducible source of numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain). Not for secrets. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
