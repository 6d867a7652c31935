import type { HealthReport, RunFinish } from '../facts/run.ts'
import type { Redact } from '../redact.ts'
import { formatBytes, formatCount, formatItems, formatMs, formatNumber, formatPercent, ratio } from '../stats/format.ts'
import type { ArrivalCounts } from '../stats/snapshot.ts'

/** Arrivals that were not started, or not in time. */
export function droppedInWords({ offered, dropped, late = 0 }: ArrivalCounts): string {
  const behind = late > 0 ? `, ${formatCount(late)} more than 1 s late` : ''
  return `${formatCount(dropped)} dropped (${formatPercent(ratio(dropped, offered))})${behind}`
}

/** The most users there were, and of which classes. */
export function usersInWords({ peak, byClass }: RunFinish['users'], redact: Redact = (text) => text): string {
  const classes = Object.entries(byClass).map(([name, count]) => `${redact(name)} ${formatCount(count)}`)
  return `peak ${formatCount(peak)}${classes.length > 0 ? ` (${classes.join(', ')})` : ''}`
}

/** What was sent besides answered requests, where there was any. */
export function besidesInWords(sent: { hops: number; retries?: number; aborted: number }): string[] {
  const { hops, retries = 0, aborted } = sent
  return [
    ...(hops > 0 ? [formatItems(hops, 'redirect')] : []),
    ...(retries > 0 ? [`${formatCount(retries)} sent again, because the target had closed the idle connection`] : []),
    ...(aborted > 0 ? [`${formatCount(aborted)} aborted by the end of the run`] : []),
  ]
}

/** What the mark of a lower bound means. */
export const atLeastInWords = '≥: a request without an answer counts with the time that it has waited so far'

/** How the generator did: what the latencies are worth. */
export function generatorInWords(health: HealthReport): string {
  if (health.intervals === 0) return 'not observed'
  return [
    `CPU mean ${formatNumber(health.cpuPercentMean)} % max ${formatNumber(health.cpuPercentMax)} %`,
    ...eventLoopInWords(health),
    `memory ${formatBytes(health.rssBytesMax)}`,
    `saturated in ${formatCount(health.saturatedIntervals)} of ${formatItems(health.intervals, 'interval')}`,
  ].join(', ')
}

/** Workers of Locust do not measure it. */
function eventLoopInWords({ loopDelayMeanMs, loopDelayMaxMs, gcMs }: HealthReport): string[] {
  if (loopDelayMaxMs === 0) return ['event-loop delay not measured']
  return [`event-loop delay mean ${formatMs(loopDelayMeanMs)} max ${formatMs(loopDelayMaxMs)}`, `GC ${formatMs(gcMs)}`]
}
