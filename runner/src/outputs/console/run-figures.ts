import type { RunEvent } from '../../facts/run-event.ts'
import type { Redact } from '../../redact.ts'
import {
  dash,
  formatClock,
  formatCount,
  formatFigure,
  formatMs,
  formatNumber,
  formatPercent,
  ratio,
} from '../../stats/format.ts'
import { LatencyFigures } from '../../stats/latency-figures.ts'
import type { Recent } from '../recent.ts'
import type { RunView } from './run-view.ts'
import { printable } from './text-width.ts'

/** `00:05 / 00:30`, or without an end `00:05`. */
export function clockOf(elapsedMs: number, durationMs: number | undefined): string {
  return durationMs === undefined ? formatClock(elapsedMs) : `${formatClock(elapsedMs)} / ${formatClock(durationMs)}`
}

/** `users 10`, or while it is not there yet `users 4 of 10`. */
export function usersOf({ users, targetUsers }: RunView): string {
  const of = targetUsers === undefined || targetUsers === users ? '' : ` of ${formatCount(targetUsers)}`
  return `users ${formatCount(users)}${of}`
}

/** `rps 123`, `fail 0.0 %`, `p50 2.1 ms`, `p95 8.2 ms` of the last seconds. */
export function recentFigures(recent: Recent): string[] {
  return figures(recent.rps, recent.failRatio, new LatencyFigures(recent.latency, recent.waiting))
}

/** The same since the start. */
export function overallFigures({ stats, elapsedMs }: RunView): string[] {
  const { total } = stats
  const { requests, failures } = total
  return figures(ratio(requests, elapsedMs / 1_000), ratio(failures, requests), total.latency())
}

function figures(rps: number, fail: number, latency: LatencyFigures): string[] {
  const none = latency.count === 0
  const [p50, p95] = latency.percentiles([0.5, 0.95]).map((it) => (none ? dash : formatFigure(it, formatMs)))
  return [`rps ${formatNumber(rps)}`, `fail ${formatPercent(fail)}`, `p50 ${p50}`, `p95 ${p95}`]
}

/** `00:07  worker_lost: worker w2 was lost` */
export function eventLine({ atMs, kind, text }: RunEvent, redact: Redact): string {
  return printable(`${formatClock(atMs)}  ${kind}: ${redact(text)}`)
}
