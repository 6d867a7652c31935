import type { RequestStats } from '../stats/aggregate.ts'
import type { ErrorDelta, ExceptionDelta, HistogramData } from '../stats/snapshot.ts'
import { answersOf, percentilesOf } from './quantiles.ts'
import type { Recent } from './recent.ts'

/*
 * The columns and cells of Locust's CSV files (locust/stats.py, StatsCSV, 2.47): headers byte for byte, floats as Python
 * writes them. Where Locust rounds percentiles to two digits of whole ms, these are to the µs.
 */

const quantiles = [0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1]
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

export function statsRow(stats: RequestStats, seconds: number): string[] {
  const data = answersOf(stats).toData()
  const perSecond = (count: number) => float(seconds > 0 ? count / seconds : 0)
  return [
    stats.method,
    stats.name,
    ...totals(stats, data),
    perSecond(stats.requests),
    perSecond(stats.failures),
    ...percentiles(data),
  ]
}

/** `recentPercentiles`: those of the full history are of the last seconds, others of the run so far, as in Locust. */
export function historyRow(
  at: { epochMs: number; users: number },
  stats: RequestStats,
  recent: Recent | undefined,
  recentPercentiles: boolean,
): string[] {
  const data = answersOf(stats).toData()
  const shown = recentPercentiles ? (recent?.latency ?? { ...data, count: 0 }) : data
  return [
    String(Math.floor(at.epochMs / 1_000)),
    String(at.users),
    stats.method,
    stats.name,
    (recent?.rps || 0).toFixed(6),
    (recent?.failuresPerSecond || 0).toFixed(6),
    ...percentiles(shown),
    ...totals(stats, data),
  ]
}

export function failureRow({ method, name, error, occurrences, firstSeen, lastSeen }: ErrorDelta): string[] {
  return [method, name, error, String(occurrences), utcSecond(firstSeen), utcSecond(lastSeen)]
}

/** `nodes`: ids of the workers, where it is known which. */
export function exceptionRow({ count, message, traceback }: ExceptionDelta, nodes: string): string[] {
  return [String(count), message, traceback, nodes]
}

function totals(stats: RequestStats, data: HistogramData): string[] {
  const { count, sum, min, max } = data
  return [
    String(stats.requests),
    String(stats.failures),
    ms(percentilesOf(data, [0.5])[0] as number),
    float(count > 0 ? sum / count : 0),
    count > 0 ? float(min) : '0',
    count > 0 ? float(max) : '0',
    count > 0 ? float(stats.bytes / count) : '0',
  ]
}

function percentiles(data: HistogramData): string[] {
  return data.count === 0 ? quantiles.map(() => 'N/A') : percentilesOf(data, quantiles).map(ms)
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
