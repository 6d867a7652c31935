import { KatydidError } from '../../errors.ts'
import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import type { Output } from '../output.ts'
import type { OutputFile } from '../output-files.ts'
import { type Published, toPublished } from '../published/published.ts'
import { RunSoFar } from '../published/run-so-far.ts'
import { writeCheckpoint } from './checkpoint-file.ts'

export interface CheckpointOptions {
  file: OutputFile
  token: string
  asked?: string | undefined
  everyMs: number
  plan: RunPlan | null
  redact: Redact
  /** A checkpoint could not be written; told once, and the next is tried. */
  onTrouble(error: unknown): void
}

/**
 * `--checkpoint FILE`: what was measured so far, saved now and then. A master that is started again finds it, serves it, and starts no second
 * load.
 */
export class CheckpointOutput implements Output {
  readonly name = 'checkpoint'
  readonly after = 'all'
  readonly #options: CheckpointOptions
  readonly #soFar = new RunSoFar()
  #savedMs = 0
  #troubled = false

  constructor(options: CheckpointOptions) {
    this.#options = options
    this.#soFar.plan = options.plan
  }

  /** Before the load: whoever finds the file knows that there was some. */
  async start(run: RunStart): Promise<void> {
    this.#soFar.start(run)
    await this.#save(false, null)
  }

  async interval(interval: RunInterval): Promise<void> {
    this.#soFar.interval(interval)
    if (this.#soFar.elapsedMs - this.#savedMs < this.#options.everyMs) return
    this.#savedMs = this.#soFar.elapsedMs
    const { run, text } = this.#soFar.broken(restarted(new Date()), this.#options.redact)
    await this.#trySave(false, await this.#published(run, text))
  }

  event(event: RunEvent): void {
    this.#soFar.event(event)
  }

  async finish(run: RunFinish): Promise<void> {
    await this.#trySave(true, await this.#published(run, this.#soFar.text(run, this.#options.redact)))
  }

  /** A disk that is full now may have room in a minute; and at the end others have been told the verdict, which is not to be another then. */
  async #trySave(finished: boolean, published: Published): Promise<void> {
    try {
      await this.#save(finished, published)
    } catch (error) {
      if (!this.#troubled) this.#options.onTrouble(error)
      this.#troubled = true
    }
  }

  #published(run: RunFinish, text: readonly string[]): Promise<Published> {
    return toPublished(run, text, { plan: this.#soFar.plan, redact: this.#options.redact })
  }

  #save(finished: boolean, published: Published | null): Promise<void> {
    const { file, token, asked } = this.#options
    return writeCheckpoint(file, { token, asked, finished, savedAt: new Date().toISOString(), published })
  }
}

/** Why a run that was begun by an earlier process is broken. */
export function restarted(savedAt: Date | undefined): KatydidError {
  const what =
    savedAt === undefined
      ? 'nothing of the run had been saved'
      : `the results go up to ${savedAt.toISOString()}; later ones are lost`
  return new KatydidError('RESTARTED', `the master restarted: ${what}`)
}
