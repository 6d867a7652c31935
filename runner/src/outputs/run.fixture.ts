import { measuredFinding } from '../facts/finding.ts'
import type { RunFinish, RunIdentity, RunStart, WorkerReport } from '../facts/run.ts'
import type { Finding, FindingKind } from '../facts/verdict.ts'
import { buildPlan } from '../plan/build-plan.ts'
import type { PlanFlags } from '../plan/options.ts'
import { Aggregate } from '../stats/aggregate.ts'
import { Recorder } from '../stats/recorder.ts'
import type { Series, SeriesStore } from '../stats/series/series.ts'
import type { HealthSample, RunInterval, StatsDelta } from '../stats/snapshot.ts'

/** Monday 23 November 2026, 12:00:00 UTC. */
export const startedAt = Date.UTC(2026, 10, 23, 12)

export const planOf = (flags: PlanFlags = {}) =>
  buildPlan({
    valuesFiles: [],
    env: {},
    flags: {
      file: 'shop.ts',
      host: 'http://localhost:8000',
      users: '10',
      spawnRate: '5',
      runTime: '30s',
      thresholds: ['p95 < 300ms', 'GET /products: p99 < 1s'],
      ...flags,
    },
  })

/** What a second of load left behind; `second` makes it differ, and nothing else does. */
export function secondOfLoad(second: number, extra?: (recorder: Recorder) => void): StatsDelta {
  const recorder = new Recorder()
  const products = recorder.request('GET', '/products')
  const add = recorder.request('POST', '/cart/add/[id]')
  for (let i = 0; i < 80; i++) products.success(2 + ((i * 7 + second) % 40) / 10, Number.NaN, 1_200)
  for (let i = 0; i < 20; i++)
    if (i % 10 === 0) add.failure(12 + i / 10, Number.NaN, 10, 'HTTP 503')
    else add.success(5 + ((i + second) % 10) / 4, Number.NaN, 60)
  if (second === 3) add.failure(1_500.5, Number.NaN, 0, 'ECONNRESET')
  recorder.counter('orders', 18)
  recorder.rate('cached', second % 4 === 0)
  recorder.rate('status is 200', true)
  for (const size of [1, 2, 3, second]) recorder.trend('cart_size', size)
  recorder.gauge('queue', 4)
  if (second === 5) recorder.exception('TypeError: no "id" in <product>', '    at Shopper.buy (shop.ts:14:9)')
  extra?.(recorder)
  return atSecond(recorder.take(), second)
}

/** The recorder reads the clock for when something was first and last seen; a test's clock stands still. */
function atSecond(delta: StatsDelta, second: number): StatsDelta {
  const at = startedAt + second * 1_000 + 500
  for (const seen of [...delta.errors, ...delta.exceptions]) seen.firstSeen = seen.lastSeen = at
  for (const metric of delta.metrics) if (metric.kind === 'gauge') metric.at = at
  return delta
}

export const calm: HealthSample = {
  loopDelayMeanMs: 0.2,
  loopDelayMaxMs: 3.4,
  cpuPercent: 35,
  gcMs: 2,
  rssBytes: 120e6,
  saturated: false,
}

export function intervalOf(second: number, more: Partial<RunInterval> = {}): RunInterval {
  const users = Math.min(10, (second + 1) * 5)
  return {
    second,
    durationMs: 1_000,
    at: startedAt + (second + 1) * 1_000,
    stats: secondOfLoad(second),
    users: { Shopper: users },
    userCount: users,
    targetUsers: 10,
    health: { local: calm },
    ...more,
  }
}

export const startOf = (stats: Aggregate, more: Partial<RunStart> = {}): RunStart => ({
  plan: planOf(),
  startedAt,
  userClasses: ['Shopper'],
  durationMs: 30_000,
  stats,
  series: series([]),
  workers: () => [local],
  ...more,
})

/** The worker of a run in one process. */
export const local: WorkerReport = {
  ...{ id: 'local', state: 'running', users: 10 },
  ...{ cpuPercentMax: 61.2, rssBytesMax: 120e6, missingSeconds: 0 },
}

export const finding = (outcome: Finding['outcome'], text: string, kind: FindingKind = 'threshold'): Finding => ({
  outcome,
  kind,
  text,
})

/** A threshold's finding. */
export const judged = (outcome: Finding['outcome'], label: string, measured: string): Finding =>
  measuredFinding({ kind: 'threshold', outcome, label, measured })

export const passed = {
  outcome: 'passed' as const,
  exitCode: 0,
  findings: [
    { ...judged('passed', 'p95 < 300ms', '13 ms'), value: 13, limit: 300 },
    judged('passed', 'GET /products: p99 < 1s', '5.9 ms'),
    judged('passed', 'exceptions = 0 (default)', '0'),
  ],
}

export const series = (all: Series[]): Pick<SeriesStore, 'series'> => ({ series: () => all })

export const identity: RunIdentity = {
  token: 'r1-0a1b2c3d',
  loadFile: { path: 'shop.ts', sha256: '0'.repeat(64), bundle: '1'.repeat(16) },
}

/** A run of ten seconds as it is at its end. */
export function finishOf(stats: Aggregate, more: Partial<RunFinish> = {}): RunFinish {
  return {
    verdict: passed,
    identity,
    startedAt,
    durationMs: 10_000,
    stats,
    series: series([]),
    events: [{ atMs: 7_200, kind: 'names_capped', text: 'more than 500 names; the rest is counted as (other)' }],
    workers: [{ ...local, state: 'stopped' }],
    health: {
      intervals: 10,
      saturatedIntervals: 0,
      loopDelayMaxMs: 12.3,
      loopDelayMeanMs: 0.21,
      cpuPercentMax: 61.2,
      cpuPercentMean: 34.9,
      gcMs: 23,
      rssBytesMax: 120e6,
    },
    users: { peak: 10, byClass: { Shopper: 10 } },
    ...more,
  }
}

/** Ten seconds of load, merged. */
export function tenSeconds(extra?: (recorder: Recorder) => void): Aggregate {
  const stats = new Aggregate()
  for (let second = 0; second < 10; second++) stats.merge(secondOfLoad(second, extra))
  return stats
}

/** Failed, with everything a report can have in it. */
export function troubledRun(extra?: (recorder: Recorder) => void): RunFinish {
  const stats = tenSeconds((recorder) => {
    extra?.(recorder)
    const pay = recorder.request('POST', '/支払い/🦗')
    pay.success(20, 120, 300)
    pay.abort(1_300)
    pay.hop()
  })
  return finishOf(stats, {
    verdict: {
      outcome: 'broken',
      exitCode: 2,
      findings: [
        judged('passed', 'p95 < 300ms', '13 ms'),
        { ...judged('failed', 'GET /products: p99 < 1s', '1.2 s'), value: 1_200, limit: 1_000 },
        finding('broken', 'more than 1 % of arrivals were dropped: 12.0 % <= "1 %"', 'delivery'),
      ],
    },
    arrivals: { offered: 1_200, started: 1_056, dropped: 144 },
    series: series([
      {
        method: '',
        name: 'Aggregated',
        windows: [
          { from: 0, until: 1, failures: 2, aborted: 0, bytes: 97_000, latency: stats.total.all().toData() },
          {
            from: 1,
            until: 2,
            failures: 0,
            aborted: 1,
            bytes: 0,
            latency: stats.request('x', 'y')?.ok.toData() ?? none,
          },
        ],
      },
    ]),
    workers: [
      { id: 'w1', state: 'stopped', users: 5, cpuPercentMax: 61.2, rssBytesMax: 120e6, missingSeconds: 0 },
      { id: 'w2', state: 'missing', users: 5, cpuPercentMax: 20, rssBytesMax: 100e6, missingSeconds: 4 },
    ],
  })
}

const none = { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
