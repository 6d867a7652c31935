import { dash, formatCount, formatPercent } from '../../stats/format.ts'
import type { Result } from '../result/result.ts'
import type { MetricResult } from '../result/result-metrics.ts'
import { cut, type Html, html } from './markup.ts'
import { type Cell, countCell, numberCell, table } from './table.ts'

const mostMetrics = 500
const longestName = 300
const trendFigures = ['count', 'mean', 'min', 'p50', 'p90', 'p95', 'p99', 'max'] as const

/** Checks, which are rates, and what the load file counted and measured itself. */
export function metricsSection({ metrics }: Result): Html | string {
  const all = Object.entries(metrics)
  if (all.length === 0) return ''
  const shown = all.slice(0, mostMetrics)
  const of = <Kind extends MetricResult['kind']>(kind: Kind) =>
    shown.filter((entry): entry is [string, Extract<MetricResult, { kind: Kind }>] => entry[1].kind === kind)
  const tables = [
    part(
      'Checks and rates',
      ['true', 'of', 'share'],
      of('rate').map(([name, { trues, count, rate }]) => [
        name,
        countCell(trues),
        countCell(count),
        rate === null ? dash : { shown: formatPercent(rate), value: rate },
      ]),
    ),
    part(
      'Trends, in units of the load file',
      trendFigures,
      of('trend').map(([name, trend]) => [name, ...trendFigures.map((figure) => numberCell(trend[figure]))]),
    ),
    part(
      'Counters',
      ['sum', 'per second'],
      of('counter').map(([name, { sum, perSecond }]) => [name, numberCell(sum), numberCell(perSecond)]),
    ),
    part(
      'Gauges',
      ['last value', 'at'],
      of('gauge').map(([name, { value, at }]) => [name, numberCell(value), at]),
    ),
  ]
  return html`<section id="metrics"><h2>Checks and metrics</h2>
${tables}
${all.length > shown.length ? html`<p class="note">${formatCount(all.length - shown.length)} more in result.json.</p>` : ''}
</section>`
}

function part(
  caption: string,
  titles: readonly string[],
  rows: readonly (readonly [string, ...Cell[]])[],
): Html | string {
  if (rows.length === 0) return ''
  return table({
    caption,
    columns: [{ title: 'name' }, ...titles.map((title) => ({ title, numeric: true }))],
    rows: rows.map(([name, ...cells]) => [cut(name, longestName), ...cells]),
    sortable: true,
  })
}
