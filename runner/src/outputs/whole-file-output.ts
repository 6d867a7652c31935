import type { RunFinish, RunStart } from '../facts/run.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { Redact } from '../redact.ts'
import type { Output } from './output.ts'
import { type OutputFile, rewriteWhole, writeWhole } from './output-files.ts'

/** An output that writes its one file when the run is over, and writes it anew where the verdict changed since. */
export abstract class WholeFileOutput implements Output {
  abstract readonly name: string
  readonly #file: OutputFile
  readonly #redact: Redact
  #plan: RunPlan | null

  /** `plan`: of a run that may break before its start tells it. */
  constructor(file: OutputFile, redact: Redact, plan: RunPlan | null) {
    this.#file = file
    this.#redact = redact
    this.#plan = plan
  }

  start(run: RunStart): void {
    this.#plan = run.plan
  }

  async finish(run: RunFinish, signal?: AbortSignal): Promise<void> {
    await writeWhole(this.#file, await this.textOf(run, this.#plan, this.#redact), signal)
  }

  async retell(run: RunFinish, signal?: AbortSignal): Promise<void> {
    await rewriteWhole(this.#file, await this.textOf(run, this.#plan, this.#redact), signal)
  }

  /** What is in the file; texts that come from outside go through `redact`. */
  protected abstract textOf(run: RunFinish, plan: RunPlan | null, redact: Redact): string | Promise<string>
}
