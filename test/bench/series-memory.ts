/**
 * The series store over 7 days × 500 names on an injected clock: the memory at 10⁴ seconds and at 6·10⁵ should be the same ± 5 %, and
 * under the stated bound. Each name has so many answers in each second, log-normal and cut to so many octaves (128 buckets each). With the
 * defaults a window of 10⁴ seconds has nearly all the buckets it can have; with few answers over many octaves (`--answers 2 --octaves 3`)
 * windows go on filling until they are some hundred seconds wide. The marks between show whether memory has come to rest.
 *
 *   node --expose-gc test/bench/series-memory.ts [--ticks 604800] [--names 500] [--answers 30] [--octaves 1]
 */
import { parseArgs } from 'node:util'
import { IntervalHistogram } from '../../runner/src/stats/interval-histogram.ts'
import { SeriesStore, seriesBoundBytes } from '../../runner/src/stats/series/series.ts'
import type { HistogramData, RequestDelta } from '../../runner/src/stats/snapshot.ts'
import { printTable } from './table.ts'

const { values } = parseArgs({
  options: {
    ticks: { type: 'string', default: '604800' },
    names: { type: 'string', default: '500' },
    answers: { type: 'string', default: '30' },
    octaves: { type: 'string', default: '1' },
  },
})
const ticks = Number(values.ticks)
const names = Number(values.names)
const answers = Number(values.answers)
const octaves = Number(values.octaves)
const boundMiB =
  seriesBoundBytes({ names, bucketsPerWindow: octaves * 128, bucketsPerSecond: Math.min(answers, octaves * 128) }) /
  2 ** 20
if (!globalThis.gc) throw new Error('run it with node --expose-gc')
const none: HistogramData = { count: 0, sum: 0, min: 0, max: 0, buckets: [] }

/** Ready-made seconds: the store is what is measured. */
const random = randomOf(7)
const pool: HistogramData[] = Array.from({ length: 8_192 }, () => {
  const histogram = new IntervalHistogram()
  for (let left = answers; left > 0; left--) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const ms = 64 * 2 ** (octaves / 2) * Math.exp(normal * octaves * 0.25)
    histogram.record(Math.min(64 * 2 ** octaves - 0.1, Math.max(64, ms)))
  }
  return histogram.take()
})

const store = new SeriesStore()
const requests: RequestDelta[] = Array.from({ length: names }, (_, i) => ({
  method: 'GET',
  name: `/name/${i}`,
  ok: none,
  failed: none,
  aborted: 0,
  hops: 0,
  bytes: 1_000,
}))
const empty = memoryMiB()
const marks = new Set([10_000, 20_000, 50_000, 100_000, 200_000, 400_000, 600_000, ticks])
const rows: (string | number)[][] = []
const measured = new Map<number, number>()
let addMs = 0
let slowestMs = 0
for (let second = 0; second < ticks; second++) {
  for (let i = 0; i < names; i++)
    (requests[i] as RequestDelta).ok = pool[Math.floor(random() * pool.length)] as HistogramData
  const stats = { requests, errors: [], exceptions: [], metrics: [] }
  const began = performance.now()
  store.add({ second, durationMs: 1_000, at: 0, users: {}, userCount: 0, health: {}, stats })
  const tookMs = performance.now() - began
  addMs += tookMs
  // the first minute is V8 compiling
  if (second >= 60) slowestMs = Math.max(slowestMs, tookMs)
  if (!marks.has(second + 1)) continue
  const mib = memoryMiB() - empty
  measured.set(second + 1, mib)
  rows.push([
    second + 1,
    mib.toFixed(1),
    mib <= boundMiB ? 'yes' : 'NO',
    (addMs / (second + 1)).toFixed(3),
    slowestMs.toFixed(1),
  ])
  console.error(rows.at(-1)?.join('  '))
}
const head = [
  'seconds of the run',
  'store, MiB',
  `under ${boundMiB.toFixed(0)} MiB`,
  'add(), ms, mean',
  'add(), ms, slowest',
]
printTable(head, rows)
const [early, late] = [measured.get(10_000), measured.get(600_000)]
if (early && late) console.log(`6·10⁵ against 10⁴: × ${(late / early).toFixed(3)} (wanted: 0.95 to 1.05)`)
const readBegan = performance.now()
for (const _ of store.series());
console.log(`series(): ${(performance.now() - readBegan).toFixed(0)} ms`)

/** heapUsed and external; Node counts arrayBuffers within external, so adding them would count them twice. */
function memoryMiB(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

/** Mulberry32: the same run each time. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
