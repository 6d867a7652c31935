import { dash, formatCount, formatFigure, formatItems, formatPercent, ratio } from '../../stats/format.ts'
import { atLeastInWords } from '../load-words.ts'
import type { RequestResult, Result } from '../result/result.ts'
import { cut, type Html, html } from './markup.ts'
import { type Cell, type Column, countCell, numberCell, table } from './table.ts'

/** Rows that a browser can show and a person can look through. */
const mostRows = 1_000
const longestName = 300
const latencies = ['mean', 'min', 'p50', 'p90', 'p95', 'p99', 'max'] as const
const scheduledLatencies = ['p50', 'p95', 'p99', 'max'] as const

/** A row for each (method, name), and one for all together; numbers are those of result.json. */
export function requestsSection({ requests, totals }: Result): Html {
  const shown = mostRequested(requests)
  const hasScheduled = totals.scheduledLatencyMs !== undefined
  const hasAborted = totals.aborted > 0
  const number = (title: string): Column => ({ title, numeric: true })
  const columns = [
    { title: 'method' },
    { title: 'name' },
    ...['requests', 'failures', 'failed', ...(hasAborted ? ['aborted'] : []), 'requests/s'].map(number),
    ...latencies.map(number),
    ...(hasScheduled ? scheduledLatencies.map((name) => number(`scheduled ${name}`)) : []),
  ]
  const row = (request: RequestResult): Cell[] => [
    request.method,
    cut(request.name, longestName),
    ...[request.requests, request.failures].map(countCell),
    share(request),
    ...(hasAborted ? [countCell(request.aborted)] : []),
    numberCell(request.rps),
    ...latencies.map((name) => latency(request, name)),
    ...(hasScheduled ? scheduledLatencies.map((name) => scheduled(request, name)) : []),
  ]
  const left = requests.length - shown.length
  return html`<section id="requests"><h2>Requests</h2>
${table({ id: 'request-table', caption: 'Requests by name; latencies in ms', columns, rows: shown.map(row), foot: row(totals), sortable: true, heads: 2 })}
${left > 0 ? html`<p class="note">The ${formatItems(shown.length, 'name')} with the most requests. result.json has the other ${formatCount(left)}. The totals include all names.</p>` : ''}
${[...requests, totals].some(({ atLeast }) => atLeast) ? html`<p class="note">${atLeastInWords}.</p>` : ''}
${hasScheduled ? html`<p class="note">scheduled: measured from the planned start of the request, so waiting time counts.</p>` : ''}
</section>`
}

function mostRequested(requests: readonly RequestResult[]): readonly RequestResult[] {
  if (requests.length <= mostRows) return requests
  const shown = new Set(requests.toSorted((a, b) => b.requests - a.requests).slice(0, mostRows))
  return requests.filter((request) => shown.has(request))
}

function share({ failures, requests }: RequestResult): Cell {
  const value = ratio(failures, requests)
  return Number.isFinite(value) ? { shown: formatPercent(value), value } : dash
}

function latency(
  { requests, unanswered, latencyMs, atLeast = [] }: RequestResult,
  name: (typeof latencies)[number],
): Cell {
  if (requests + unanswered === 0) return dash
  return figureCell(latencyMs[name], atLeast.includes(name))
}

function figureCell(ms: number, atLeast: boolean): Cell {
  return atLeast ? { shown: formatFigure({ ms, atLeast }), value: ms } : numberCell(ms)
}

function scheduled(
  { scheduledLatencyMs, scheduledAtLeast = [] }: RequestResult,
  name: (typeof scheduledLatencies)[number],
): Cell {
  return scheduledLatencyMs ? figureCell(scheduledLatencyMs[name], scheduledAtLeast.includes(name)) : dash
}
