import { exitCodes } from '../errors.ts'
import { type Finding, type Verdict, worstFirst } from '../facts/verdict.ts'
import { redact } from '../secrets/redactions.ts'
import type { Criterion, RunView } from './criterion.ts'

/** What a criterion says, in all of its texts. */
function withoutSecrets(finding: Finding): Finding {
  const clean: Finding = { ...finding, text: redact(finding.text) }
  for (const part of ['label', 'measured', 'why'] as const) {
    const text = finding[part]
    if (text !== undefined) clean[part] = redact(text)
  }
  return clean
}

/** All findings, worst first, and what they make of the run: broken beats failed beats passed. */
export function conclude(criteria: readonly Criterion[], run: RunView): Verdict {
  const findings = worstFirst(criteria.flatMap((criterion) => criterion.conclude(run)).map(withoutSecrets))
  const outcome = findings[0]?.outcome ?? 'passed'
  return { outcome, exitCode: exitCodes[outcome], findings }
}
