import type { RunPlan } from '../plan/run-plan.ts'
import type { RunEvent } from '../stats/run-event.ts'
import type { RunInterval } from '../stats/snapshot.ts'
import { brokenRun, errorLines } from './broken-run.ts'
import { summary } from './console/summary.ts'
import { createStyle } from './console/text-style.ts'
import { LoadTally } from './load-tally.ts'
import type { Output, RunFinish, RunStart } from './output.ts'
import { verdictLine } from './verdict-line.ts'

const mostEvents = 1_000

/** What outputs are told of a run, kept for one that ends out of order. */
export class RunSoFar implements Required<Pick<Output, 'start' | 'interval' | 'event'>> {
  plan: RunPlan | null = null
  /** Until the end of the newest interval. */
  elapsedMs = 0
  readonly #tally = new LoadTally()
  readonly #events: RunEvent[] = []
  #peakUsers = 0
  #start: RunStart | undefined

  start(run: RunStart): void {
    this.plan = run.plan
    this.#start = run
  }

  interval(interval: RunInterval): void {
    this.#tally.add(interval)
    this.#peakUsers = Math.max(this.#peakUsers, interval.userCount)
    this.elapsedMs = interval.second * 1_000 + interval.durationMs
  }

  event(event: RunEvent): void {
    this.#events.push(event)
    if (this.#events.length > mostEvents) this.#events.shift()
  }

  /** What the console prints of an end. */
  text(run: RunFinish): string[] {
    return summary(run, { style: createStyle(false) })
  }

  /** The run as it is now, broken by an error, and what the console would print of it. */
  broken(error: unknown, elapsedMs = this.elapsedMs): { run: RunFinish; text: string[] } {
    const start = this.#start
    const run = brokenRun(error, { start, events: this.#events, elapsedMs, peakUsers: this.#peakUsers })
    // its master has not come to count what was delivered
    const text = start
      ? summary(run, { style: createStyle(false), tally: this.#tally })
      : [verdictLine(run), ...errorLines(error).map((line) => `  ${line}`)]
    return { run, text }
  }

  /** Nothing live is kept any more. */
  end(): void {
    this.#start = undefined
  }
}
