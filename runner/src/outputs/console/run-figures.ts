import { formatClock, formatCount, formatMs, formatNumber, formatPercent, ratio } from '../../stats/format.ts'
import type { RunEvent } from '../../stats/run-event.ts'
import { answersOf, percentilesOf } from '../quantiles.ts'
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
  const [p50, p95] = recent.requests === 0 ? [Number.NaN, Number.NaN] : percentilesOf(recent.latency, [0.5, 0.95])
  return figures(recent.rps, recent.failRatio, p50, p95)
}

/** The same since the start. */
export function overallFigures({ stats, elapsedMs }: RunView): string[] {
  const { total } = stats
  const { requests, failures } = total
  const [p50, p95] = requests === 0 ? [Number.NaN, Number.NaN] : percentilesOf(answersOf(total).toData(), [0.5, 0.95])
  return figures(ratio(requests, elapsedMs / 1_000), ratio(failures, requests), p50, p95)
}

function figures(rps: number, fail: number, p50 = Number.NaN, p95 = Number.NaN): string[] {
  return [`rps ${formatNumber(rps)}`, `fail ${formatPercent(fail)}`, `p50 ${formatMs(p50)}`, `p95 ${formatMs(p95)}`]
}

/** `00:07  worker_lost: worker w2 was lost` */
export function eventLine({ atMs, kind, text }: RunEvent): string {
  return printable(`${formatClock(atMs)}  ${kind}: ${text}`)
}
