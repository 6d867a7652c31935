import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import type { Output } from '../output.ts'
import { type OutputFile, rewriteWhole, writeWhole } from '../output-files.ts'
import { shownResult } from '../result/shown-result.ts'
import { jsonText } from './json-text.ts'

/** `--json FILE`: the whole run, for programs. */
export class JsonOutput implements Output {
  readonly name = 'json'
  readonly #file: OutputFile
  readonly #redact: Redact
  #plan: RunPlan | null

  constructor(file: OutputFile, redact: Redact, plan: RunPlan | null) {
    this.#file = file
    this.#redact = redact
    this.#plan = plan
  }

  start(run: RunStart): void {
    this.#plan = run.plan
  }

  async finish(run: RunFinish, signal?: AbortSignal): Promise<void> {
    await writeWhole(this.#file, await this.#text(run), signal)
  }

  async retell(run: RunFinish, signal?: AbortSignal): Promise<void> {
    await rewriteWhole(this.#file, await this.#text(run), signal)
  }

  async #text(run: RunFinish): Promise<string> {
    return jsonText(await shownResult(run, this.#plan, this.#redact))
  }
}
