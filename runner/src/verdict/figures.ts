import type { Aggregate, Metric } from '../stats/aggregate.ts'
import { RequestStats } from '../stats/aggregate.ts'
import { emptyHistogram, type Histogram } from '../stats/histogram.ts'
import { type LatencyFigure, LatencyFigures } from '../stats/latency-figures.ts'
import { mergeHistograms } from '../stats/merge.ts'
import type { ArrivalCounts } from '../stats/snapshot.ts'
import type { Threshold } from './threshold-grammar.ts'
import { type Unanswered, unansweredShare } from './unanswered.ts'

/** What a threshold looks at: the requests it is about, over the time it is about. */
export interface Figures {
  requests: RequestStats | undefined
  exceptions: number
  metric: Metric | undefined
  arrivals: ArrivalCounts | undefined
  /** Only where the threshold is about it. */
  unanswered?: Unanswered
  durationMs: number
}

/** A measure's value. `atLeast`: it rests on requests without an answer, so that it is this or more. */
export interface Measured {
  value: number
  atLeast: boolean
}

/** A stretch of the run as one threshold sees it. */
export function figuresOf(
  threshold: Threshold,
  stats: Aggregate,
  durationMs: number,
  arrivals?: ArrivalCounts,
): Figures {
  const { name } = threshold
  return {
    requests: name === undefined ? stats.total : requestsNamed(name, stats),
    exceptions: stats.exceptions().reduce((sum, { count }) => sum + count, 0),
    metric: name === undefined ? undefined : stats.metric(name),
    arrivals,
    durationMs,
  }
}

type LatencyMeasure = Extract<Threshold['measure'], { kind: 'latency' }>

/** Whether a request group goes by that name: `GET /products`, or `/products` of any method. */
export function matches(name: string, request: { method: string; name: string }): boolean {
  return request.name === name || `${request.method} ${request.name}` === name
}

function requestsNamed(name: string, stats: Aggregate): RequestStats | undefined {
  const found = stats.requests().filter((request) => matches(name, request))
  if (found.length <= 1) return found[0]
  const all = new RequestStats('', name)
  for (const { ok, failed, scheduled, givenUp, waiting, aborted, hops, bytes } of found) {
    all.waiting = mergeHistograms(all.waiting, waiting)
    all.merge({
      method: '',
      name,
      ok: ok.toData(),
      failed: failed.toData(),
      aborted,
      hops,
      bytes,
      ...(scheduled ? { scheduled: scheduled.toData() } : {}),
      ...(givenUp ? { unanswered: givenUp.toData() } : {}),
    })
  }
  return all
}

/** The measure's value; undefined where nothing was measured. */
export function measured(threshold: Threshold, figures: Figures): Measured | undefined {
  const { requests, metric } = figures
  if (threshold.measure.kind === 'latency' && metric?.kind !== 'trend')
    return requests && latencyOf(threshold, threshold.measure, requests)
  const value = exactValue(threshold, figures)
  return value === undefined ? undefined : { value, atLeast: false }
}

function latencyOf(threshold: Threshold, measure: LatencyMeasure, requests: RequestStats): Measured | undefined {
  const exact = histogramOf(requests, threshold.selector)
  if (exact) return exact.count === 0 ? undefined : { value: exactLatency(measure, exact), atLeast: false }
  const { answered, figures } = boundedLatency(requests, threshold.selector)
  if (figures.count === 0) return undefined
  const { ms, atLeast } = figureOf(measure, figures)
  // that it has waited less than the limit so far does not show that it is faster
  if (!answered && threshold.operator.startsWith('<') && holds(threshold, ms)) return undefined
  return { value: ms, atLeast }
}

/** Where requests without an answer count. From an intended start they have waited at least as long as from their own. */
function boundedLatency(requests: RequestStats, selector: Threshold['selector']) {
  if (selector !== 'scheduled') return { answered: requests.requests > 0, figures: requests.latency() }
  const { scheduled } = requests
  const answered = scheduled !== undefined && scheduled.count > 0
  const waits = answered || requests.requests === 0 ? requests.unanswered() : emptyHistogram()
  return { answered, figures: new LatencyFigures(scheduled?.toData() ?? emptyHistogram(), waits) }
}

function figureOf(measure: LatencyMeasure, figures: LatencyFigures): LatencyFigure {
  return measure.of === 'percentile' ? figures.percentile(measure.quantile) : figures[measure.of]
}

function exactLatency(measure: LatencyMeasure, histogram: Histogram): number {
  return measure.of === 'percentile' ? histogram.percentile(measure.quantile) : histogram[measure.of]
}

function exactValue({ measure, limitIsRatio }: Threshold, figures: Figures): number | undefined {
  const { requests, metric, arrivals, unanswered } = figures
  switch (measure.kind) {
    case 'latency':
      if (metric?.kind !== 'trend' || metric.values.count === 0) return undefined
      return exactLatency(measure, metric.values)
    case 'rate': {
      if (figures.durationMs <= 0) return undefined
      const count = measure.of === 'rps' ? requests?.requests : requests?.failures
      return count === undefined ? undefined : (count * 1_000) / figures.durationMs
    }
    case 'ratio':
      return requests && requests.requests > 0 ? requests.failures / requests.requests : undefined
    case 'count':
      return measure.of === 'exceptions' ? figures.exceptions : requests?.[measure.of]
    case 'dropped':
      if (!arrivals) return undefined
      return limitIsRatio ? arrivals.dropped / Math.max(1, arrivals.offered) : arrivals.dropped
    case 'unanswered':
      if (!unanswered || (unanswered.overdue === 0 && (requests?.requests ?? 0) === 0)) return undefined
      return limitIsRatio ? unansweredShare(unanswered) : unanswered.overdue
    case 'metric':
      return metric && metricValue(metric)
  }
}

/** Of answers alone: one that has not come is neither good nor bad. */
function histogramOf(requests: RequestStats, selector: Threshold['selector']): Histogram | undefined {
  return selector === 'ok' || selector === 'failed' ? requests[selector] : undefined
}

function metricValue(metric: Metric): number | undefined {
  switch (metric.kind) {
    case 'counter':
      return metric.sum
    case 'rate':
      return metric.count === 0 ? undefined : metric.trues / metric.count
    case 'gauge':
      return metric.value
    case 'trend':
      return metric.values.count === 0 ? undefined : metric.values.mean
  }
}

export function holds({ operator, limit }: Threshold, value: number): boolean {
  switch (operator) {
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '=':
      return value === limit
  }
}
