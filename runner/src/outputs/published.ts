import { setImmediate } from 'node:timers/promises'
import type { RunPlan } from '../plan/run-plan.ts'
import type { RunEvent, RunInterval } from '../stats/snapshot.ts'
import type { Verdict } from '../verdict/criterion.ts'
import { brokenRun, errorLines } from './broken-run.ts'
import { jsonText } from './json-text.ts'
import { LoadTally } from './load-tally.ts'
import type { Output, RunFinish, RunStart } from './output.ts'
import { type Redact, redactDeep } from './redact.ts'
import { type Result, toResult } from './result.ts'
import { type Progress, RunProgress } from './run-progress.ts'
import { summary } from './summary.ts'
import { createStyle } from './text-style.ts'
import { verdictLine } from './verdict-line.ts'

/** A run's end, ready to be sent: without secrets, and with nothing live in it. */
export interface Published {
  verdict: Verdict
  /** What the console prints at the end, without colours. */
  summary: string
  result: Result
  /** As `--json` writes it; bytes, so that sending it many times keeps it once. */
  resultText: Buffer
}

const mostEvents = 1_000

/** Keeps of a run what may be asked for over the network: how far it is, and in the end its verdict, summary and result. */
export class RunPublisher implements Output {
  readonly name = 'http'
  readonly last = true
  readonly #redact: Redact
  readonly #progress: RunProgress
  readonly #tally = new LoadTally()
  readonly #waiting = new Set<() => void>()
  readonly #events: RunEvent[] = []
  #peakUsers = 0
  #plan: RunPlan | null = null
  #start: RunStart | undefined
  #published: Published | undefined

  /** `redact` is asked anew each time: secrets become known while a load file is read. */
  constructor(redact: Redact, progress = new RunProgress()) {
    this.#redact = redact
    this.#progress = progress
  }

  get progress(): Progress {
    return this.#progress.now()
  }

  get published(): Published | undefined {
    return this.#published
  }

  /** The plan stands; workers are waited for. */
  planned(plan: RunPlan): void {
    this.#plan = plan
    this.#progress.gathering()
  }

  /** Calls back when there is a verdict, at once if there is one; returns how to stop waiting. */
  whenPublished(call: () => void): () => void {
    if (this.#published) call()
    else this.#waiting.add(call)
    return () => void this.#waiting.delete(call)
  }

  start(run: RunStart): void {
    this.#plan = run.plan
    this.#start = run
    this.#progress.start(run)
  }

  interval(interval: RunInterval): void {
    this.#tally.add(interval)
    this.#peakUsers = Math.max(this.#peakUsers, interval.userCount)
    this.#progress.interval(interval)
  }

  event(event: RunEvent): void {
    this.#events.push(event)
    if (this.#events.length > mostEvents) this.#events.shift()
    this.#progress.event(event)
  }

  async finish(run: RunFinish): Promise<void> {
    // what others that finish last say of their own end still counts
    await setImmediate()
    this.#publish(run, summary(run, { style: createStyle(false), tally: this.#tally }))
  }

  /** An error before the run, or one that ended it out of order. What has been published stays. */
  fail(error: unknown): void {
    const run = brokenRun(error, {
      start: this.#start,
      events: this.#events,
      elapsedMs: this.#progress.elapsedMs,
      peakUsers: this.#peakUsers,
    })
    const text = this.#start
      ? summary(run, { style: createStyle(false), tally: this.#tally })
      : [verdictLine(run), ...errorLines(error).map((line) => `  ${line}`)]
    this.#publish(run, text)
  }

  #publish(run: RunFinish, text: readonly string[]): void {
    if (this.#published) return
    const result = redactDeep(toResult(run, this.#plan), this.#redact)
    this.#published = {
      verdict: result.verdict,
      summary: text.map(this.#redact).join('\n'),
      result,
      resultText: Buffer.from(jsonText(result)),
    }
    this.#progress.finish()
    this.#start = undefined
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const call of waiting) call()
  }
}
