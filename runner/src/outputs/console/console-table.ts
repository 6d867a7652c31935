import type { RequestStats } from '../../stats/aggregate.ts'
import {
  dash,
  formatCount,
  formatFigure,
  formatItems,
  formatNumber,
  formatPercent,
  formatSpan,
  ratio,
} from '../../stats/format.ts'
import { clockOf, eventLine, overallFigures, recentFigures, usersOf } from './run-figures.ts'
import { nowSeconds, type RunView } from './run-view.ts'
import type { Paint, Style } from './text-style.ts'
import { type Column, layoutTable } from './text-table.ts'
import { cutText, printable } from './text-width.ts'

export interface Canvas {
  columns: number
  rows: number
  unicode: boolean
  style: Style
}

const mostEvents = 3
const barWidth = 30
/** That requests are under way is no news until one of them takes long. */
const shownWaitMs = 3_000

const tableColumns: Column[] = [
  { title: 'method', align: 'left', shrinkTo: 4 },
  { title: 'name', align: 'left', shrinkTo: 8 },
  { title: 'requests', align: 'right' },
  { title: 'failures', align: 'right' },
  { title: `rps (${nowSeconds} s)`, align: 'right' },
  { title: 'p50 ms', align: 'right' },
  { title: 'p95 ms', align: 'right' },
]

/** The live table: never more rows than the canvas has, less the one the cursor is on, and no line wider than it is. */
export function liveTable(view: RunView, elapsedMs: number, canvas: Canvas): string[] {
  const { style } = canvas
  const paint = (text: string, how: Paint = (same) => same) => how(cutText(printable(text), canvas.columns))
  const head = [
    paint(view.title, style.strong),
    paint(`${clockOf(elapsedMs, view.durationMs)}  ${progress(view, elapsedMs, canvas)}${usersOf(view)}`),
    paint([`last ${nowSeconds} s`, ...recentFigures(view.recent.total())].join('  ')),
    paint(['overall ', ...overallFigures(view), ...counts(view)].join('  ')),
    ...(view.saturated
      ? [paint('generator saturated: the latencies include delays of the load generator', style.warn)]
      : []),
  ]
  const events = view.events.slice(-mostEvents).map((event) => paint(eventLine(event, view.redact), style.warn))
  const room = canvas.rows - 1
  const foot = events.length > 0 ? ['', ...events] : []
  const table = rowsFor(view, room - head.length - foot.length - 1, canvas)
  const lines = table.length > 0 ? [...head, '', ...table, ...foot] : [...head, ...foot]
  return lines.slice(0, Math.max(1, room))
}

function progress({ durationMs }: RunView, elapsedMs: number, { unicode }: Canvas): string {
  if (durationMs === undefined || durationMs <= 0) return ''
  const done = Math.min(1, Math.max(0, elapsedMs / durationMs))
  const filled = Math.round(done * barWidth)
  const [full, empty] = unicode ? ['█', '░'] : ['#', '.']
  return `${full.repeat(filled)}${empty.repeat(barWidth - filled)} ${Math.floor(done * 100)} %  `
}

function counts({ stats, openModel, dropped }: RunView): string[] {
  const { requests, aborted, waiting } = stats.total
  return [
    formatItems(requests, 'request'),
    ...(waiting.max >= shownWaitMs
      ? [`${formatCount(waiting.count)} waiting, the oldest for ${formatSpan(waiting.max)}`]
      : []),
    ...(aborted > 0 ? [`${formatCount(aborted)} aborted`] : []),
    ...(openModel ? [`${formatCount(dropped)} dropped`] : []),
  ]
}

/** At most `room` lines: titles, groups by name, and how many are left out: those with the fewest failures and requests. */
function rowsFor(view: RunView, room: number, { columns, style }: Canvas): string[] {
  const all = view.stats.requests()
  if (all.length === 0 || room < 2) return []
  const fits = all.length + 1 <= room ? all.length : room - 2
  if (fits < 1) return []
  const shown = new Set([...all].sort(byWeight).slice(0, fits))
  const groups = all.filter((stats) => shown.has(stats))
  const recent = view.recent.groups()
  const rows = groups.map((stats) => {
    const { requests, failures } = stats
    const latency = stats.latency()
    const rps = recent.get(`${stats.method} ${stats.name}`)?.rps ?? 0
    const [p50, p95] =
      latency.count === 0 ? [dash, dash] : latency.percentiles([0.5, 0.95]).map((figure) => formatFigure(figure))
    const failed = failures === 0 ? '0' : `${formatCount(failures)} (${formatPercent(ratio(failures, requests))})`
    return [
      view.redact(stats.method),
      view.redact(stats.name),
      formatCount(requests),
      failed,
      formatNumber(rps),
      p50 ?? dash,
      p95 ?? dash,
    ]
  })
  const [titles, ...lines] = layoutTable(tableColumns, rows, columns).map((line) => cutText(line, columns))
  const left = all.length - groups.length
  return [
    style.faint(titles as string),
    ...lines.map((line, at) => ((groups[at] as RequestStats).failures > 0 ? style.bad(line) : line)),
    ...(left > 0 ? [style.faint(cutText(`… and ${formatCount(left)} more`, columns))] : []),
  ]
}

function byWeight(a: RequestStats, b: RequestStats): number {
  return b.failures - a.failures || b.requests - a.requests
}
