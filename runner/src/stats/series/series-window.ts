import { mergeHistograms } from '../merge.ts'
import type { HistogramData } from '../snapshot.ts'

/** A stretch of a run for one request group. */
export interface SeriesWindow {
  /** Seconds of the run's clock: [from, until). */
  from: number
  until: number
  failures: number
  aborted: number
  bytes: number
  /** All answers, successes and failures, as a histogram: percentiles of longer stretches come from merging these. */
  latency: HistogramData
}

export interface Series {
  method: string
  name: string
  /** In order of time; stretches without requests are left out. */
  windows: SeriesWindow[]
}

/** Windows of the whole run, at most, for each name. */
export const maxWindows = 512
/** Seconds that are kept one by one. */
export const recentSeconds = 600

/** Two stretches as one; associative and commutative. */
export function mergeWindows(a: SeriesWindow, b: SeriesWindow): SeriesWindow {
  return {
    from: Math.min(a.from, b.from),
    until: Math.max(a.until, b.until),
    failures: a.failures + b.failures,
    aborted: a.aborted + b.aborted,
    bytes: a.bytes + b.bytes,
    latency: mergeHistograms(a.latency, b.latency),
  }
}
