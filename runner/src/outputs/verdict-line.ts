import type { RunFinish } from '../facts/run.ts'
import { type Finding, worstFirst } from '../facts/verdict.ts'
import type { Redact } from '../redact.ts'
import { formatFigure, formatItems, formatMs, formatPercent, formatSpan, ratio } from '../stats/format.ts'
import { printable } from './console/text-width.ts'

const mostReasons = 3

/** The whole verdict in one line, since one line may be all that is seen of it. */
export function verdictLine(run: RunFinish, redact: Redact): string {
  const { total } = run.stats
  const numbers =
    total.requests === 0
      ? ['no requests']
      : [
          formatItems(total.requests, 'request'),
          `${formatPercent(ratio(total.failures, total.requests))} failed`,
          `p95 ${formatFigure(total.latency().percentile(0.95), formatMs)}`,
        ]
  const why = reasons(run.verdict.findings, redact)
  const line = `${run.verdict.outcome.toUpperCase()} — ${[...numbers, formatSpan(run.durationMs)].join(', ')}`
  return why === '' ? line : `${line}: ${why}`
}

function reasons(findings: readonly Finding[], redact: Redact): string {
  const thresholds = findings.filter(({ kind }) => kind === 'threshold')
  const held = thresholds.filter(({ outcome }) => outcome === 'passed').length
  const wrong = worstFirst(findings).filter(({ outcome }) => outcome !== 'passed')
  const parts = wrong.slice(0, mostReasons).map(({ text }) => printable(redact(text)))
  if (wrong.length > mostReasons) parts.push(`and ${wrong.length - mostReasons} more`)
  if (thresholds.length > 0) parts.unshift(`${held} of ${formatItems(thresholds.length, 'threshold')} held`)
  return parts.join('; ')
}
