import type { RunFinish } from '../../facts/run.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import { shownResult } from '../result/shown-result.ts'
import { WholeFileOutput } from '../whole-file-output.ts'
import { jsonText } from './json-text.ts'

/** `--json FILE`: the whole run, for programs. */
export class JsonOutput extends WholeFileOutput {
  readonly name = 'json'

  protected async textOf(run: RunFinish, plan: RunPlan | null, redact: Redact): Promise<string> {
    return jsonText(await shownResult(run, plan, redact))
  }
}
