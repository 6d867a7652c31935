import type { HistogramData, RunInterval } from './snapshot.ts'

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
  windows: SeriesWindow[]
}

/** The run over time, in bounded memory (DESIGN §2). */
export class SeriesStore {
  add(_interval: RunInterval): void {}
  /** The total first (`method` '', `name` 'Aggregated'), then each group. */
  series(): Series[] {
    return []
  }
}
