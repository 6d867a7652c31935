import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { Verdict } from '../../facts/verdict.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { jsonText } from '../json/json-text.ts'
import type { Output } from '../output.ts'
import type { Result } from '../result/result.ts'
import { shownResult } from '../result/shown-result.ts'
import { type Progress, RunProgress } from '../run-progress.ts'
import { verdictLine } from '../verdict-line.ts'
import { RunSoFar } from './run-so-far.ts'

/** A run's end, ready to be sent: without secrets, and with nothing live in it. */
export interface Published {
  verdict: Verdict
  /** The whole verdict in one line. */
  line: string
  /** What the console prints at the end, without colours; `line` is the first of it. */
  summary: string
  result: Result
}

/** `text`: without secrets. */
export async function toPublished(
  run: RunFinish,
  text: readonly string[],
  { plan, redact }: { plan: RunPlan | null; redact: Redact },
): Promise<Published> {
  const result = await shownResult(run, plan, redact)
  return { verdict: result.verdict, line: verdictLine(run, redact), summary: text.join('\n'), result }
}

/** Keeps of a run what may be asked for over the network: how far it is, and in the end its verdict, summary and result. */
export class RunPublisher implements Output {
  readonly name = 'http'
  readonly after = 'all'
  readonly #redact: Redact
  readonly #progress: RunProgress
  readonly #soFar = new RunSoFar()
  readonly #waiting = new Set<() => void>()
  #published: (Published & { resultText: Buffer }) | undefined

  /** `redact` is asked anew each time: secrets become known while a load file is read. */
  constructor(redact: Redact, progress = new RunProgress()) {
    this.#redact = redact
    this.#progress = progress
  }

  get progress(): Progress {
    return this.#progress.now()
  }

  /** `resultText`: as `--json` writes it; bytes, so that sending it many times keeps it once. */
  get published(): (Published & { resultText: Buffer }) | undefined {
    return this.#published
  }

  /** The plan stands; workers are waited for. */
  planned(plan: RunPlan): void {
    this.#soFar.plan = plan
    this.#progress.gathering()
  }

  /** Calls back when there is a verdict, at once if there is one; returns how to stop waiting. */
  whenPublished(call: () => void): () => void {
    if (this.#published) call()
    else this.#waiting.add(call)
    return () => void this.#waiting.delete(call)
  }

  start(run: RunStart): void {
    this.#soFar.start(run)
    this.#progress.start(run)
  }

  interval(interval: RunInterval): void {
    this.#soFar.interval(interval)
    this.#progress.interval(interval)
  }

  event(event: RunEvent): void {
    this.#soFar.event(event)
    this.#progress.event(event)
  }

  async finish(run: RunFinish): Promise<void> {
    await this.#publish(run, this.#soFar.text(run, this.#redact))
  }

  /** An error before the run, or one that ended it out of order. What has been published stays. */
  async fail(error: unknown): Promise<void> {
    const { run, text } = this.#soFar.broken(error, this.#redact, this.#progress.elapsedMs)
    await this.#publish(run, text)
  }

  /** What an earlier process has published of this run. */
  restore(published: Published): void {
    if (this.#published) return
    this.#published = { ...published, resultText: Buffer.from(jsonText(published.result)) }
    this.#progress.finish()
    this.#soFar.end()
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const call of waiting) call()
  }

  async #publish(run: RunFinish, text: readonly string[]): Promise<void> {
    if (this.#published) return
    this.restore(await toPublished(run, text, { plan: this.#soFar.plan, redact: this.#redact }))
  }
}
