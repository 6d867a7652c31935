import type { Redact } from '../../redact.ts'
import type { RequestStats } from '../../stats/aggregate.ts'
import { emptyHistogram } from '../../stats/histogram.ts'
import { LatencyFigures } from '../../stats/latency-figures.ts'
import type { ErrorDelta, ExceptionDelta } from '../../stats/snapshot.ts'
import { totalName } from '../../stats/total-name.ts'
import type { Recent } from '../recent.ts'

/*
 * The columns and cells of Locust's CSV files (locust/stats.py, StatsCSV, 2.47): headers byte for byte, floats as Python
 * writes them. Where Locust rounds percentiles to two digits of whole ms, these are to the µs. Requests without an answer count in the latencies
 * with as long as they have waited; there is no column that could say so.
 */

const quantiles = [0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1]
const none = emptyHistogram()
const percentileColumns = ['50%', '66%', '75%', '80%', '90%', '95%', '98%', '99%', '99.9%', '99.99%', '100%']

export const statsColumns = [
  'Type',
  'Name',
  'Request Count',
  'Failure Count',
  'Median Response Time',
  'Average Response Time',
  'Min Response Time',
  'Max Response Time',
  'Average Content Size',
  'Requests/s',
  'Failures/s',
  ...percentileColumns,
]

export const historyColumns = [
  'Timestamp',
  'User Count',
  'Type',
  'Name',
  'Requests/s',
  'Failures/s',
  ...percentileColumns,
  'Total Request Count',
  'Total Failure Count',
  'Total Median Response Time',
  'Total Average Response Time',
  'Total Min Response Time',
  'Total Max Response Time',
  'Total Average Content Size',
]

export const failuresColumns = ['Method', 'Name', 'Error', 'Occurrences', 'First Seen', 'Last Seen']
export const exceptionsColumns = ['Count', 'Message', 'Traceback', 'Nodes']

export function statsRow(stats: RequestStats, seconds: number, redact: Redact): string[] {
  const latency = stats.latency()
  const perSecond = (count: number) => float(seconds > 0 ? count / seconds : 0)
  return [
    ...namesOf(stats, redact),
    ...totals(stats, latency),
    perSecond(stats.requests),
    perSecond(stats.failures),
    ...percentiles(latency),
  ]
}

/** `recentPercentiles`: those of the full history are of the last seconds, others of the run so far, as in Locust. */
export function historyRow(
  at: { epochMs: number; users: number },
  stats: RequestStats,
  recent: Recent | undefined,
  recentPercentiles: boolean,
  redact: Redact,
): string[] {
  const latency = stats.latency()
  const shown = recentPercentiles ? new LatencyFigures(recent?.latency ?? none, recent?.waiting ?? none) : latency
  return [
    String(Math.floor(at.epochMs / 1_000)),
    String(at.users),
    ...namesOf(stats, redact),
    (recent?.rps || 0).toFixed(6),
    (recent?.failuresPerSecond || 0).toFixed(6),
    ...percentiles(shown),
    ...totals(stats, latency),
  ]
}

export function failureRow(failure: ErrorDelta, redact: Redact): string[] {
  const { method, name, error, occurrences, firstSeen, lastSeen } = failure
  return [...[method, name, error].map(redact), String(occurrences), utcSecond(firstSeen), utcSecond(lastSeen)]
}

/** `nodes`: ids of the workers, where it is known which. */
export function exceptionRow({ count, message, traceback }: ExceptionDelta, nodes: string, redact: Redact): string[] {
  return [String(count), ...[message, traceback, nodes].map(redact)]
}

/** What comes from outside; `Aggregated` is ours. */
function namesOf({ method, name }: RequestStats, redact: Redact): string[] {
  return method === '' && name === totalName ? [method, name] : [redact(method), redact(name)]
}

function totals(stats: RequestStats, latency: LatencyFigures): string[] {
  const { count, mean, min, max } = latency
  return [
    String(stats.requests),
    String(stats.failures),
    ms(latency.percentile(0.5).ms),
    float(mean.ms),
    count > 0 ? float(min.ms) : '0',
    count > 0 ? float(max.ms) : '0',
    stats.requests > 0 ? float(stats.bytes / stats.requests) : '0',
  ]
}

function percentiles(latency: LatencyFigures): string[] {
  if (latency.count === 0) return quantiles.map(() => 'N/A')
  return latency.percentiles(quantiles).map((figure) => ms(figure.ms))
}

function ms(value: number): string {
  return String(Math.round(value * 1_000) / 1_000)
}

/** A float as Python writes it: 12.0, not 12. */
function float(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** `2026-11-23T16:00:00Z` */
function utcSecond(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}
