import { cornerAfter, type Load, type Profile } from './profile.ts'
import { levelOf } from './total-load.ts'

interface Stretch {
  fromMs: number
  untilMs: number
  /** Users at its beginning and at its end. */
  first: number
  last: number
}

/** Fine enough for what starts within a second, and still nothing for a day of it. */
const stepMs = 100
/** Short of the next step. */
const justBeforeMs = 1e-3

export interface SampledOptions {
  kind: string
  /** Asked with rising times; undefined: it is over. */
  targetAt(elapsedMs: number): Load | undefined
  /** Where it ends, whatever it says. */
  runTimeMs: number | undefined
  /** What has not ended by then has no end. */
  mostMs: number
}

/**
 * A profile of something that can be asked only once and in order, as a LoadShape: asked before the run, every 100 ms. What it does
 * between is taken for a straight line.
 */
export function sampled({ kind, targetAt, runTimeMs = Number.POSITIVE_INFINITY, mostMs }: SampledOptions): Profile {
  const stretches: Stretch[] = []
  let endMs: number | undefined
  for (let fromMs = 0; endMs === undefined && fromMs < mostMs; fromMs += stepMs) {
    const untilMs = Math.min(fromMs + stepMs, runTimeMs)
    const load = untilMs > fromMs ? targetAt(fromMs) : undefined
    if (load === undefined) endMs = fromMs
    else append(stretches, { fromMs, untilMs, first: levelOf(load), last: levelOf(targetAt(untilMs - justBeforeMs)) })
  }
  if (endMs !== undefined) endMs = stretches.at(-1)?.untilMs ?? 0
  const cornersMs = [...stretches.map(({ fromMs }) => fromMs), ...(endMs ? [endMs] : [])]
  return {
    kind,
    durationMs: endMs,
    peak: { users: stretches.reduce((most, { first, last }) => Math.max(most, first, last), 0) },
    cornersMs,
    nextCornerMs: (elapsedMs) => cornerAfter(cornersMs, elapsedMs),
    targetAt: (elapsedMs) => {
      if (endMs !== undefined && elapsedMs >= endMs) return undefined
      const stretch = stretches[stretchAt(stretches, elapsedMs)]
      return { users: stretch ? usersAt(stretch, elapsedMs) : 0 }
    },
  }
}

/** A level that stays is one stretch. */
function append(stretches: Stretch[], next: Stretch): void {
  const before = stretches.at(-1)
  const stays = before && before.first === before.last && next.first === before.last && next.last === before.last
  if (stays) before.untilMs = next.untilMs
  else stretches.push(next)
}

/** Index of the one that a moment lies in. */
function stretchAt(stretches: readonly Stretch[], elapsedMs: number): number {
  let low = 0
  let high = stretches.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((stretches[middle] as Stretch).fromMs <= elapsedMs) low = middle
    else high = middle - 1
  }
  return low
}

function usersAt({ fromMs, untilMs, first, last }: Stretch, elapsedMs: number): number {
  return Math.round(first + (last - first) * Math.min(1, (elapsedMs - fromMs) / (untilMs - fromMs)))
}
