import type { Aggregate, Metric } from '../stats/aggregate.ts'
import { RequestStats } from '../stats/aggregate.ts'
import type { Histogram } from '../stats/histogram.ts'
import type { ArrivalCounts } from '../stats/snapshot.ts'
import type { Threshold } from './threshold-grammar.ts'

/** What a threshold looks at: the requests it is about, over the time it is about. */
export interface Figures {
  requests: RequestStats | undefined
  exceptions: number
  metric: Metric | undefined
  arrivals: ArrivalCounts | undefined
  durationMs: number
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

/** Whether a request group goes by that name: `GET /products`, or `/products` of any method. */
export function matches(name: string, request: { method: string; name: string }): boolean {
  return request.name === name || `${request.method} ${request.name}` === name
}

function requestsNamed(name: string, stats: Aggregate): RequestStats | undefined {
  const found = stats.requests().filter((request) => matches(name, request))
  if (found.length <= 1) return found[0]
  const all = new RequestStats('', name)
  for (const { ok, failed, scheduled, aborted, hops, bytes } of found)
    all.merge({
      method: '',
      name,
      ok: ok.toData(),
      failed: failed.toData(),
      aborted,
      hops,
      bytes,
      ...(scheduled ? { scheduled: scheduled.toData() } : {}),
    })
  return all
}

/** The measure's value; undefined where nothing was measured. */
export function measuredValue({ measure, selector, limitIsRatio }: Threshold, figures: Figures): number | undefined {
  const { requests, metric, arrivals } = figures
  switch (measure.kind) {
    case 'latency': {
      const histogram = metric?.kind === 'trend' ? metric.values : requests && histogramOf(requests, selector)
      if (!histogram || histogram.count === 0) return undefined
      return measure.of === 'percentile' ? histogram.percentile(measure.quantile) : histogram[measure.of]
    }
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
    case 'metric':
      return metric && metricValue(metric)
  }
}

function histogramOf(requests: RequestStats, selector: Threshold['selector']): Histogram | undefined {
  switch (selector) {
    case 'ok':
      return requests.ok
    case 'failed':
      return requests.failed
    case 'scheduled':
      return requests.scheduled
    case undefined:
      return requests.failed.count === 0 ? requests.ok : requests.all()
  }
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
