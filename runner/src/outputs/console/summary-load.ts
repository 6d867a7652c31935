import type { RunFinish } from '../../facts/run.ts'
import type { Redact } from '../../redact.ts'
import {
  formatBytes,
  formatCount,
  formatItems,
  formatNumber,
  formatPercent,
  formatSpan,
  ratio,
} from '../../stats/format.ts'
import { besidesInWords, droppedInWords, generatorInWords, usersInWords } from '../load-words.ts'

/** What was to be sent and what was, and how the generator itself did: what the latencies above are worth. */
export function loadLines(run: RunFinish, redact: Redact): string[] {
  return [
    `users      ${usersInWords(run.users, redact)}`,
    ...(run.arrivals ? [arrivalsLine(run.arrivals, run.durationMs)] : deliveredLine(run.load)),
    trafficLine(run),
    `generator  ${generatorInWords(run.health)}`,
    ...workerLines(run, redact),
  ].map((line) => `  ${line}`)
}

function arrivalsLine(arrivals: NonNullable<RunFinish['arrivals']>, durationMs: number): string {
  const rate = (count: number) => `${formatCount(count)} (${formatNumber(ratio(count, durationMs / 1_000))}/s)`
  return `arrivals   offered ${rate(arrivals.offered)}, started ${rate(arrivals.started)}, ${droppedInWords(arrivals)}`
}

function deliveredLine(load: RunFinish['load']): string[] {
  if (!load || load.askedUserSeconds === 0) return []
  const { askedUserSeconds: asked, userSeconds: delivered, askedPeakUsers: peak } = load
  const share = formatPercent(delivered / asked)
  return [
    `delivered  ${formatNumber(delivered)} of ${formatNumber(asked)} user-seconds (${share}), target peak ${formatCount(peak)}`,
  ]
}

function trafficLine({ stats: { total }, durationMs }: RunFinish): string {
  const parts = [
    formatItems(total.requests, 'request'),
    `${formatBytes(total.bytes)} received (${formatBytes(ratio(total.bytes, durationMs / 1_000))}/s)`,
    ...besidesInWords(total),
  ]
  return `traffic    ${parts.join(', ')}`
}

function workerLines({ workers }: RunFinish, redact: Redact): string[] {
  if (workers.length < 2 && workers.every(({ missingSeconds }) => missingSeconds === 0)) return []
  return workers.map(({ id, state, cpuPercentMax, missingSeconds }) => {
    const missing = missingSeconds > 0 ? `, missing for ${formatSpan(missingSeconds * 1_000)}` : ''
    return `worker     ${redact(id)}: ${state}, CPU max ${formatNumber(cpuPercentMax)} %${missing}`
  })
}
