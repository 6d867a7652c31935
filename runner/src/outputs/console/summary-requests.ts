import type { RunFinish } from '../../facts/run.ts'
import type { RequestStats } from '../../stats/aggregate.ts'
import { dash, formatCount, formatFigure, formatNumber, formatPercent, ratio } from '../../stats/format.ts'
import type { LatencyFigure } from '../../stats/latency-figures.ts'
import { atLeastInWords } from '../load-words.ts'
import type { SummaryOptions } from './text-style.ts'
import { type Column, layoutTable } from './text-table.ts'

const right = (title: string): Column => ({ title, align: 'right' })

/** A line for each (method, name), then all of them together. */
export function requestLines(run: RunFinish, { style, width, redact }: SummaryOptions): string[] {
  const { stats } = run
  const groups = [...stats.requests(), stats.total]
  const scheduled = groups.some((group) => group.scheduled)
  const aborted = stats.total.aborted > 0
  const columns: Column[] = [
    { title: 'method', align: 'left' },
    { title: 'name', align: 'left', shrinkTo: 24 },
    right('requests'),
    right('failures'),
    ...(aborted ? [right('aborted')] : []),
    ...['rps', 'mean', 'min', 'p50', 'p90', 'p95', 'p99', 'max'].map(right),
    ...(scheduled ? [right('scheduled p95'), right('scheduled p99')] : []),
  ]
  const figures = groups.map((group) => [...latencyFigures(group), ...(scheduled ? scheduledFigures(group) : [])])
  const rows = groups.map((group, at) => [
    ...(group === stats.total ? [group.method, group.name] : [redact(group.method), redact(group.name)]),
    formatCount(group.requests),
    group.failures === 0
      ? '0'
      : `${formatCount(group.failures)} (${formatPercent(ratio(group.failures, group.requests))})`,
    ...(aborted ? [formatCount(group.aborted)] : []),
    formatNumber(ratio(group.requests, run.durationMs / 1_000)),
    ...(figures[at] as (LatencyFigure | undefined)[]).map((figure) => (figure ? formatFigure(figure) : dash)),
  ])
  const [titles, ...lines] = layoutTable(columns, rows, width === undefined ? undefined : width - 2)
  return [
    style.faint(`  ${titles}`),
    ...lines.map((line, at) => {
      const group = groups[at] as RequestStats
      if (group === stats.total) return style.strong(`  ${line}`)
      return group.failures > 0 ? style.bad(`  ${line}`) : `  ${line}`
    }),
    ...(figures.flat().some((figure) => figure?.atLeast) ? [style.faint(`  ${atLeastInWords}`)] : []),
    ...(scheduled
      ? [style.faint('  scheduled: measured from the planned start of the request, so waiting time counts')]
      : []),
  ]
}

/** Undefined where nothing was answered. */
function latencyFigures(group: RequestStats): (LatencyFigure | undefined)[] {
  const latency = group.latency()
  if (latency.count === 0) return Array.from({ length: 7 }, () => undefined)
  return [latency.mean, latency.min, ...latency.percentiles([0.5, 0.9, 0.95, 0.99]), latency.max]
}

function scheduledFigures(group: RequestStats): (LatencyFigure | undefined)[] {
  return group.scheduledLatency()?.percentiles([0.95, 0.99]) ?? [undefined, undefined]
}
