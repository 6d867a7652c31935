import type { HealthReport, LoadReport, RunFinish, RunIdentity, WorkerReport } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { Verdict } from '../../facts/verdict.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { RequestStats } from '../../stats/aggregate.ts'
import { emptyHistogram } from '../../stats/histogram.ts'
import { type LatencyFigure, LatencyFigures } from '../../stats/latency-figures.ts'
import type { ArrivalCounts, HistogramData } from '../../stats/snapshot.ts'
import { version } from '../../version.ts'
import { type MetricResult, metricResult } from './result-metrics.ts'
import { type SeriesResult, seriesResults } from './result-series.ts'

/** `result.json`; its published schema is runner/result.schema.json. Times in ms, moments in ISO 8601. */
export interface Result {
  /** The version that wrote it. */
  katydid: string
  verdict: Verdict
  /** What was asked for; null when the run broke before it had a plan. */
  plan: RunPlan | null
  /** What ran; not there when the run broke before it began. */
  run?: RunIdentity
  startedAt: string
  durationMs: number
  totals: RequestResult
  requests: RequestResult[]
  errors: ErrorResult[]
  exceptions: ExceptionResult[]
  metrics: Record<string, MetricResult>
  users: RunFinish['users']
  /** Closed model only: users asked for against users that ran. */
  load?: LoadReport
  workers: WorkerReport[]
  health: HealthReport
  events: RunEvent[]
  series: SeriesResult[]
  /** Open model only. */
  arrivals?: ArrivalCounts
}

interface LatencyResult {
  min: number
  mean: number
  p50: number
  p75: number
  p90: number
  p95: number
  p99: number
  p999: number
  max: number
}

export interface RequestResult {
  method: string
  name: string
  requests: number
  failures: number
  aborted: number
  /** Given up without an answer, sent or not, and those under way; in a report of a run under way too. Not among the requests. */
  unanswered: number
  hops: number
  /** Sent again, since the target had closed the kept connection; only where there are any. */
  retries?: number
  rps: number
  failuresPerSecond: number
  bytes: number
  latencyMs: LatencyResult
  /** Those of `latencyMs` that rest on requests without an answer, which count with as long as they have waited: they are that or more. */
  atLeast?: (keyof LatencyResult)[]
  /** How long those waited that have no answer. */
  unansweredMs?: LatencyResult
  /** Successes and failures apart, where there are both. */
  okLatencyMs?: LatencyResult
  failedLatencyMs?: LatencyResult
  scheduledLatencyMs?: LatencyResult
  /** As `atLeast`, of `scheduledLatencyMs`. */
  scheduledAtLeast?: (keyof LatencyResult)[]
}

export interface ErrorResult {
  method: string
  name: string
  error: string
  occurrences: number
  firstSeen: string
  lastSeen: string
}

export interface ExceptionResult {
  message: string
  traceback: string
  count: number
  firstSeen: string
  lastSeen: string
}

/** A run as `result.json` has it. */
export async function toResult(run: RunFinish, plan: RunPlan | null): Promise<Result> {
  // what goes on counting is read after it, all of it at one moment
  const series = await seriesResults(run)
  const seconds = run.durationMs / 1_000
  const { stats } = run
  return {
    katydid: version(),
    verdict: run.verdict,
    plan,
    ...(run.identity ? { run: run.identity } : {}),
    startedAt: moment(run.startedAt),
    durationMs: round(run.durationMs),
    totals: requestResult(stats.total, seconds),
    requests: stats.requests().map((request) => requestResult(request, seconds)),
    errors: stats.errors().map(({ method, name, error, occurrences, firstSeen, lastSeen }) => ({
      method,
      name,
      error,
      occurrences,
      firstSeen: moment(firstSeen),
      lastSeen: moment(lastSeen),
    })),
    exceptions: stats.exceptions().map(({ message, traceback, count, firstSeen, lastSeen }) => ({
      message,
      traceback,
      count,
      firstSeen: moment(firstSeen),
      lastSeen: moment(lastSeen),
    })),
    metrics: Object.fromEntries(stats.metrics().map((metric) => [metric.name, metricResult(metric, seconds)])),
    users: run.users,
    ...(run.load ? { load: loadResult(run.load) } : {}),
    workers: run.workers,
    health: run.health,
    events: run.events,
    series,
    ...(run.arrivals ? { arrivals: run.arrivals } : {}),
  }
}

function loadResult({ askedPeakUsers, askedUserSeconds, userSeconds, windows }: LoadReport): LoadReport {
  return {
    askedPeakUsers,
    askedUserSeconds: round(askedUserSeconds),
    userSeconds: round(userSeconds),
    windows: windows.map((window) => ({
      from: window.from,
      until: window.until,
      seconds: round(window.seconds),
      askedUserSeconds: round(window.askedUserSeconds),
      userSeconds: round(window.userSeconds),
    })),
  }
}

function requestResult(stats: RequestStats, seconds: number): RequestResult {
  const latency = allLatencies(stats.latency())
  const atLeast = latencyNames.filter((name) => latency[name].atLeast)
  const unanswered = stats.unanswered()
  const both = stats.ok.count > 0 && stats.failed.count > 0
  return {
    method: stats.method,
    name: stats.name,
    requests: stats.requests,
    failures: stats.failures,
    aborted: stats.aborted,
    unanswered: unanswered.count,
    hops: stats.hops,
    ...(stats.retries > 0 ? { retries: stats.retries } : {}),
    rps: perSecond(stats.requests, seconds),
    failuresPerSecond: perSecond(stats.failures, seconds),
    bytes: stats.bytes,
    latencyMs: inMs((name) => latency[name].ms),
    ...(atLeast.length > 0 ? { atLeast } : {}),
    ...(unanswered.count > 0 ? { unansweredMs: latencyResult(unanswered) } : {}),
    ...(both
      ? { okLatencyMs: latencyResult(stats.ok.toData()), failedLatencyMs: latencyResult(stats.failed.toData()) }
      : {}),
    ...scheduledResult(stats),
  }
}

function scheduledResult(stats: RequestStats): Pick<RequestResult, 'scheduledLatencyMs' | 'scheduledAtLeast'> {
  const figures = stats.scheduledLatency()
  if (!figures) return {}
  const latency = allLatencies(figures)
  const atLeast = latencyNames.filter((name) => latency[name].atLeast)
  return {
    scheduledLatencyMs: inMs((name) => latency[name].ms),
    ...(atLeast.length > 0 ? { scheduledAtLeast: atLeast } : {}),
  }
}

const latencyNames = ['min', 'mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'] as const

function latencyResult(data: HistogramData): LatencyResult {
  const figures = allLatencies(new LatencyFigures(data, emptyHistogram()))
  return inMs((name) => figures[name].ms)
}

function allLatencies(figures: LatencyFigures): Record<keyof LatencyResult, LatencyFigure> {
  const { min, mean, max } = figures
  const [p50, p75, p90, p95, p99, p999] = figures.percentiles([0.5, 0.75, 0.9, 0.95, 0.99, 0.999])
  return { min, mean, p50, p75, p90, p95, p99, p999, max } as Record<keyof LatencyResult, LatencyFigure>
}

function inMs(ms: (name: keyof LatencyResult) => number): LatencyResult {
  return Object.fromEntries(latencyNames.map((name) => [name, round(ms(name))])) as unknown as LatencyResult
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? round(count / seconds) : 0
}

/** To a thousandth: µs of ms. */
function round(x: number): number {
  return Math.round(x * 1_000) / 1_000
}

function moment(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
