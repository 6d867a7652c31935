import type { Outcome } from '../errors.ts'
import type { RunFinish } from '../facts/run.ts'
import type { Finding } from '../facts/verdict.ts'
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

/** Worst first. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  const rank: Record<Outcome, number> = { broken: 0, failed: 1, passed: 2 }
  return [...findings].sort((a, b) => rank[a.outcome] - rank[b.outcome])
}

function reasons(findings: readonly Finding[], redact: Redact): string {
  const thresholds = findings.filter(({ kind }) => kind === 'threshold')
  const held = thresholds.filter(({ outcome }) => outcome === 'passed').length
  const wrong = bySeverity(findings).filter(({ outcome }) => outcome !== 'passed')
  const parts = wrong.slice(0, mostReasons).map(({ text }) => printable(redact(text)))
  if (wrong.length > mostReasons) parts.push(`and ${wrong.length - mostReasons} more`)
  if (thresholds.length > 0) parts.unshift(`${held} of ${formatItems(thresholds.length, 'threshold')} held`)
  return parts.join('; ')
}
