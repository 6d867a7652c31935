import type { RunFinish } from '../../facts/run.ts'
import type { Metric } from '../../stats/aggregate.ts'
import { formatCount, formatNumber, formatPercent, ratio } from '../../stats/format.ts'
import { percentilesOf } from '../../stats/percentiles.ts'
import type { SummaryOptions } from './text-style.ts'
import { layoutTable } from './text-table.ts'

/** Metrics of the load file's own, and its checks, which are rates. */
export function metricLines({ stats, durationMs }: RunFinish, { width, redact }: SummaryOptions): string[] {
  const metrics = stats.metrics()
  if (metrics.length === 0) return []
  const [, ...lines] = layoutTable(
    [
      { title: '', align: 'left', shrinkTo: 24 },
      { title: '', align: 'left' },
      { title: '', align: 'left' },
    ],
    metrics.map((metric) => [redact(metric.name), metric.kind, figures(metric, durationMs / 1_000)]),
    width === undefined ? undefined : width - 2,
  )
  return lines.map((line) => `  ${line}`)
}

function figures(metric: Metric, seconds: number): string {
  switch (metric.kind) {
    case 'counter':
      return `${formatNumber(metric.sum)}  (${formatNumber(ratio(metric.sum, seconds))}/s)`
    case 'rate':
      return `${formatPercent(ratio(metric.trues, metric.count))}  (${formatCount(metric.trues)} of ${formatCount(metric.count)})`
    case 'gauge':
      return formatNumber(metric.value)
    case 'trend': {
      const data = metric.values.toData()
      const names = ['p50', 'p90', 'p95', 'p99']
      const percentiles = percentilesOf(data, [0.5, 0.9, 0.95, 0.99]).map((x, at) => `${names[at]} ${formatNumber(x)}`)
      const [mean, min, max] = [metric.values.mean, data.min, data.max].map(formatNumber)
      return [`mean ${mean}`, `min ${min}`, ...percentiles, `max ${max}`, `(${formatCount(data.count)})`].join('  ')
    }
  }
}
