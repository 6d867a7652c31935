import { exitCodes, type Outcome } from '../errors.ts'
import type { Finding, Verdict } from '../facts/verdict.ts'
import { redact } from '../secrets/redactions.ts'
import type { Criterion, RunView } from './criterion.ts'

/** What a criterion says, in all of its texts. */
function withoutSecrets(finding: Finding): Finding {
  const { text, label, measured } = finding
  if (label === undefined || measured === undefined) return { ...finding, text: redact(text) }
  return { ...finding, text: redact(text), label: redact(label), measured: redact(measured) }
}

const severity: Record<Outcome, number> = { broken: 2, failed: 1, passed: 0 }

/** All findings, worst first, and what they make of the run: broken beats failed beats passed. */
export function conclude(criteria: readonly Criterion[], run: RunView): Verdict {
  const findings: Finding[] = criteria.flatMap((criterion) => criterion.conclude(run)).map(withoutSecrets)
  findings.sort((a, b) => severity[b.outcome] - severity[a.outcome])
  const outcome = findings[0]?.outcome ?? 'passed'
  return { outcome, exitCode: exitCodes[outcome], findings }
}
