import { formatMs, formatNumber, formatSpan } from '../../stats/format.ts'
import type { Result } from '../result/result.ts'
import type { SeriesResult } from '../result/result-series.ts'
import type { Chart, Step } from './chart.ts'
import { cut } from './markup.ts'
import { leastSeconds } from './time-axis.ts'

export function rates(total: SeriesResult, result: Result): Chart {
  return {
    title: 'Requests and failures per second',
    about: `All names together, in intervals of ${stretchOf(total)}.`,
    lines: [
      { label: 'requests/s', steps: perSecond(total, 'requests', result) },
      { label: 'failures/s', steps: perSecond(total, 'failures', result) },
    ],
    gaps: 'zero',
    format: formatNumber,
  }
}

export function latency(total: SeriesResult, result: Result): Chart {
  return {
    title: 'Response time',
    about: `Percentiles of all responses, with failures, in intervals of ${stretchOf(total)}. They come from histograms and are never averaged.`,
    lines: [
      { label: 'p50', steps: measured(total, 'p50Ms', result) },
      { label: 'p95', steps: measured(total, 'p95Ms', result) },
      { label: 'p99', steps: measured(total, 'p99Ms', result) },
    ],
    gaps: 'none',
    format: formatMs,
  }
}

export function ratesOfNames(names: readonly SeriesResult[], result: Result): Chart {
  return {
    title: 'Requests per second by name',
    about: whichNames(names, result),
    lines: names.map((series) => ({ label: labelOf(series), steps: perSecond(series, 'requests', result) })),
    gaps: 'zero',
    format: formatNumber,
  }
}

export function latencyOfNames(names: readonly SeriesResult[], result: Result): Chart {
  return {
    title: 'p95 of the response time by name',
    about: whichNames(names, result),
    lines: names.map((series) => ({ label: labelOf(series), steps: measured(series, 'p95Ms', result) })),
    gaps: 'none',
    format: formatMs,
  }
}

function whichNames(names: readonly SeriesResult[], { requests }: Result): string {
  if (names.length >= requests.length) return 'All names.'
  return `The ${names.length} of ${requests.length} names with the most requests. result.json has all of them.`
}

function labelOf({ method, name }: SeriesResult): string {
  return cut(`${method} ${name}`.trim(), 80)
}

function stretchOf({ fromSeconds: [from = 0], untilSeconds: [until = 1] }: SeriesResult): string {
  return formatSpan((until - from) * 1_000)
}

function perSecond(series: SeriesResult, what: 'requests' | 'failures', result: Result): Step[] {
  return stepsOf(series, result, (at, seconds) => (series[what][at] as number) / seconds)
}

/** Where nothing was answered there is nothing to say. */
function measured(series: SeriesResult, what: 'p50Ms' | 'p95Ms' | 'p99Ms', result: Result): Step[] {
  return stepsOf(series, result, (at) => (series.requests[at] === 0 ? undefined : series[what][at]))
}

function stepsOf(
  { fromSeconds, untilSeconds }: SeriesResult,
  { durationMs }: Result,
  value: (at: number, seconds: number) => number | undefined,
): Step[] {
  return fromSeconds.flatMap((from, at) => {
    const until = untilSeconds[at] as number
    // the last stretch ends where the run did
    const seconds = Math.min(until, durationMs / 1_000) - from
    const here = seconds < leastSeconds ? undefined : value(at, seconds)
    return here === undefined ? [] : { from, until, value: here }
  })
}
