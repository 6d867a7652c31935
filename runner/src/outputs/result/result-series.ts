import { setImmediate } from 'node:timers/promises'
import type { RunFinish } from '../../facts/run.ts'
import { percentilesOf } from '../../stats/percentiles.ts'
import type { Series, SeriesWindow } from '../../stats/series/series.ts'

/**
 * One request group over time, a list for each figure, all of the same length: a week of 500 names would be several times as large
 * with an object for each window. A stretch runs from `fromSeconds` up to `untilSeconds` of the run's clock.
 */
export interface SeriesResult {
  method: string
  name: string
  fromSeconds: number[]
  untilSeconds: number[]
  requests: number[]
  failures: number[]
  aborted: number[]
  bytes: number[]
  meanMs: number[]
  p50Ms: number[]
  p95Ms: number[]
  p99Ms: number[]
  maxMs: number[]
}

/** How long reading may hold up everything else. */
const sliceMs = 10

const read = new WeakMap<RunFinish, Promise<SeriesResult[]>>()

/**
 * All groups of a run, read a little at a time: of a week of 500 names it is a second or two of work, and a master that saves a checkpoint
 * has users to place meanwhile. Who asks for the same end of a run again gets the same lists.
 */
export function seriesResults(run: RunFinish): Promise<SeriesResult[]> {
  const earlier = read.get(run)
  if (earlier) return earlier
  const results = readInSlices(run.series.series())
  read.set(run, results)
  return results
}

async function readInSlices(all: Iterable<Series>): Promise<SeriesResult[]> {
  const results: SeriesResult[] = []
  let began = performance.now()
  for (const series of all) {
    results.push(seriesResult(series))
    if (performance.now() - began < sliceMs) continue
    await setImmediate()
    began = performance.now()
  }
  return results
}

function seriesResult({ method, name, windows }: Series): SeriesResult {
  const figures = windows.map(({ latency }) => percentilesOf(latency, [0.5, 0.95, 0.99, 1]).map(round))
  const list = (pick: (window: SeriesWindow) => number) => windows.map(pick)
  const percentile = (at: number) => figures.map((values) => values[at] as number)
  return {
    method,
    name,
    fromSeconds: list(({ from }) => from),
    untilSeconds: list(({ until }) => until),
    requests: list(({ latency }) => latency.count),
    failures: list(({ failures }) => failures),
    aborted: list(({ aborted }) => aborted),
    bytes: list(({ bytes }) => bytes),
    meanMs: list(({ latency }) => (latency.count === 0 ? 0 : round(latency.sum / latency.count))),
    p50Ms: percentile(0),
    p95Ms: percentile(1),
    p99Ms: percentile(2),
    maxMs: percentile(3),
  }
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
