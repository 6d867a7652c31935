import type {
  ArrivalCounts,
  ErrorDelta,
  ExceptionDelta,
  HealthSample,
  HistogramData,
  MetricDelta,
  RequestDelta,
  WaitingState,
  WorkerInterval,
} from '../../stats/snapshot.ts'
import {
  type HistogramRow,
  NameTable,
  packHistogramRows,
  packRows,
  unpackHistogramRows,
  unpackNames,
  unpackRows,
} from './request-rows.ts'
import { checkedHistogram, count, flag, list, number, record, span, text, type Unpacked } from './unpacked.ts'

/*
 * Packs an interval as lists instead of maps: that takes a third of the bytes, and a master with thousands of workers spends its time here.
 * What comes in is checked value by value, so that no message can put a text where a number is added.
 */

export function packIntervals(intervals: readonly WorkerInterval[]): unknown[] {
  const names = new NameTable()
  const packed = intervals.map((interval) => packInterval(interval, names))
  return [names.names, ...packed]
}

export function unpackIntervals(packed: Unpacked): WorkerInterval[] {
  const [names, ...intervals] = list(packed)
  const known = unpackNames(names)
  return intervals.map((interval) => unpackInterval(interval, known))
}

function packInterval(interval: WorkerInterval, names: NameTable): unknown[] {
  const { second, durationMs, stats, users, arrivals, waiting = [], health, left = 0, unbegunMs = 0 } = interval
  const unanswered = stats.requests.filter((it) => it.unanswered)
  const retries = stats.requests.flatMap(({ retries }, index) => (retries ? [[index, retries]] : []))
  return [
    second,
    durationMs,
    users,
    arrivals ? packArrivals(arrivals) : null,
    health ? packHealth(health) : null,
    packRows(stats.requests, names),
    stats.errors.map((it) => [
      ...[it.method, it.name, it.error, it.occurrences, it.firstSeen, it.lastSeen],
      ...(it.kind === undefined ? [] : [it.kind]),
    ]),
    stats.exceptions.map((it) => [it.message, it.traceback, it.count, it.firstSeen, it.lastSeen]),
    stats.metrics.map(packMetric),
    // an older master ignores these and reads what comes before them
    ...(unanswered.length + waiting.length + retries.length + left + unbegunMs > 0
      ? [packHistogramRows(unanswered.map(unansweredRow), names), packHistogramRows(waiting.map(waitingRow), names)]
      : []),
    ...(retries.length + left + unbegunMs > 0 ? [retries] : []),
    ...(left + unbegunMs > 0 ? [left] : []),
    ...(unbegunMs > 0 ? [unbegunMs] : []),
  ]
}

function packArrivals({ offered, started, dropped, late = 0, failed = 0 }: ArrivalCounts): number[] {
  return [offered, started, dropped, ...(late + failed > 0 ? [late, failed] : [])]
}

function unansweredRow({ method, name, unanswered }: RequestDelta): HistogramRow {
  return { method, name, histogram: unanswered as HistogramData }
}

function waitingRow({ method, name, ages }: WaitingState): HistogramRow {
  return { method, name, histogram: ages }
}

function packHealth(health: HealthSample): unknown[] {
  const {
    loopDelayMeanMs,
    loopDelayMaxMs,
    cpuPercent,
    gcMs,
    rssBytes,
    saturated,
    stalledMs = 0,
    stoppedMs = 0,
    pausedMs = 0,
  } = health
  const stalls = stalledMs + pausedMs > 0 ? [stalledMs, stoppedMs, ...(pausedMs > 0 ? [pausedMs] : [])] : []
  return [loopDelayMeanMs, loopDelayMaxMs, cpuPercent, gcMs, rssBytes, saturated, ...stalls]
}

function unpackInterval(packed: Unpacked, names: readonly string[]): WorkerInterval {
  const [second, durationMs, users, arrivals, health, requests, errors, exceptions, metrics, ...more] = list(packed)
  const interval: WorkerInterval = {
    second: count(second),
    durationMs: span(durationMs),
    users: record(users, count),
    ...(health === null ? {} : { health: unpackHealth(health) }),
    stats: {
      requests: unpackRows(requests, names),
      errors: list(errors).map(unpackError),
      exceptions: list(exceptions).map(unpackException),
      metrics: list(metrics).map(unpackMetric),
    },
  }
  if (arrivals !== null) {
    const [offered, started, dropped, late = 0, failed = 0] = list(arrivals)
    interval.arrivals = { offered: count(offered), started: count(started), dropped: count(dropped) }
    if (late !== 0) interval.arrivals.late = count(late)
    if (failed !== 0) interval.arrivals.failed = count(failed)
  }
  if (more.length > 0) addUnanswered(interval, more, names)
  const [, , , left, unbegunMs] = more
  if (left !== undefined && left !== 0) interval.left = count(left)
  if (unbegunMs !== undefined) interval.unbegunMs = span(unbegunMs)
  return interval
}

function addUnanswered(
  interval: WorkerInterval,
  [unanswered, waiting, retries = []]: Unpacked[],
  names: readonly string[],
): void {
  const { requests } = interval.stats
  let at = 0 // both are in the same order
  for (const { method, name, histogram } of unpackHistogramRows(unanswered, names)) {
    while (at < requests.length && (requests[at]?.method !== method || requests[at]?.name !== name)) at++
    const request = requests[at]
    if (!request) throw new TypeError('unanswered requests of no request group')
    request.unanswered = histogram
  }
  const states = unpackHistogramRows(waiting, names)
  if (states.length > 0)
    interval.waiting = states.map(({ method, name, histogram }) => ({ method, name, ages: histogram }))
  for (const pair of list(retries)) {
    const [index, times] = list(pair)
    const request = requests[count(index)]
    if (!request) throw new TypeError('retries of no request group')
    request.retries = count(times)
  }
}

function packHistogram({ count, sum, min, max, buckets }: HistogramData): number[] | 0 {
  return count === 0 ? 0 : [count, sum, min, max, ...buckets]
}

function unpackHistogram(packed: Unpacked): HistogramData {
  if (packed === 0) return { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
  const [all, sum, min, max, ...buckets] = list(packed).map(number)
  return checkedHistogram({ count: count(all), sum: number(sum), min: number(min), max: number(max), buckets })
}

function unpackHealth(packed: Unpacked): HealthSample {
  const [loopDelayMeanMs, loopDelayMaxMs, cpuPercent, gcMs, rssBytes, saturated, stalledMs = 0, stoppedMs, pausedMs] =
    list(packed)
  return {
    loopDelayMeanMs: number(loopDelayMeanMs),
    loopDelayMaxMs: number(loopDelayMaxMs),
    cpuPercent: number(cpuPercent),
    gcMs: number(gcMs),
    rssBytes: number(rssBytes),
    saturated: flag(saturated),
    ...(stalledMs === 0 ? {} : { stalledMs: span(stalledMs), stoppedMs: span(stoppedMs) }),
    ...(pausedMs === undefined ? {} : { pausedMs: span(pausedMs) }),
  }
}

function unpackError(packed: Unpacked): ErrorDelta {
  const [method, name, error, occurrences, firstSeen, lastSeen, kind] = list(packed)
  return {
    method: text(method),
    name: text(name),
    error: text(error),
    ...(kind === 'timeout' ? { kind } : {}),
    occurrences: count(occurrences),
    firstSeen: number(firstSeen),
    lastSeen: number(lastSeen),
  }
}

function unpackException(packed: Unpacked): ExceptionDelta {
  const [message, traceback, times, firstSeen, lastSeen] = list(packed)
  return {
    message: text(message),
    traceback: text(traceback),
    count: count(times),
    firstSeen: number(firstSeen),
    lastSeen: number(lastSeen),
  }
}

function packMetric(metric: MetricDelta): unknown[] {
  switch (metric.kind) {
    case 'counter':
      return ['counter', metric.name, metric.sum]
    case 'rate':
      return ['rate', metric.name, metric.trues, metric.count]
    case 'trend':
      return ['trend', metric.name, packHistogram(metric.values)]
    case 'gauge':
      return ['gauge', metric.name, metric.value, metric.at]
  }
}

function unpackMetric(packed: Unpacked): MetricDelta {
  const [kind, name, first, second] = list(packed)
  switch (kind) {
    case 'counter':
      return { kind, name: text(name), sum: number(first) }
    case 'rate':
      return { kind, name: text(name), trues: count(first), count: count(second) }
    case 'trend':
      return { kind, name: text(name), values: unpackHistogram(first) }
    case 'gauge':
      return { kind, name: text(name), value: number(first), at: number(second) }
  }
  throw new TypeError('no such kind of metric')
}
