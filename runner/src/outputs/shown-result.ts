import type { RunPlan } from '../plan/run-plan.ts'
import type { Verdict } from '../verdict/criterion.ts'
import type { RunFinish } from './output.ts'
import { type Redact, redactDeep } from './redact.ts'
import { type Result, toResult } from './result.ts'

/** The result as others may see it: without secrets. */
export async function shownResult(run: RunFinish, plan: RunPlan | null, redact: Redact): Promise<Result> {
  const result = await toResult(run, plan)
  return { ...redactDeep(result, redact), verdict: shownVerdict(result.verdict, redact) }
}

/** What programs decide by is in our words, also where a secret is one of them: `passed` as somebody's password makes no other verdict. */
function shownVerdict({ outcome, exitCode, findings }: Verdict, redact: Redact): Verdict {
  const shown = findings.map((finding) => ({ ...finding, text: redact(finding.text) }))
  return { outcome, exitCode, findings: shown }
}
