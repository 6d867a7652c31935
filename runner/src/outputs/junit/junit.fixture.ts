import type { RunFinish } from '../../facts/run.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import { verdictLine } from '../verdict-line.ts'
import { junitText } from './junit.ts'

/** What JunitOutput writes of a run in which nothing is secret. */
export function junitOf(run: RunFinish, plan: RunPlan | null): string {
  const same = (text: string) => text
  return junitText(run, verdictLine(run, same), plan, same)
}
