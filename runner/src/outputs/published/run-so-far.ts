import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import { createProfile } from '../../profile/profiles.ts'
import { totalLoad } from '../../profile/total-load.ts'
import type { Redact } from '../../redact.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { brokenRun, errorLines, type SoFar } from '../broken-run.ts'
import { summary } from '../console/summary.ts'
import { createStyle } from '../console/text-style.ts'
import { LoadRecord } from '../load-record.ts'
import type { Output } from '../output.ts'
import { verdictLine } from '../verdict-line.ts'

const mostEvents = 1_000

/** What outputs are told of a run, kept for one that ends out of order. */
export class RunSoFar implements Required<Pick<Output, 'start' | 'interval' | 'event'>> {
  plan: RunPlan | null = null
  /** Until the end of the newest interval. */
  elapsedMs = 0
  readonly #load = new LoadRecord()
  readonly #arrivals = { offered: 0, started: 0, dropped: 0 }
  readonly #events: RunEvent[] = []
  readonly #users: RunFinish['users'] = { peak: 0, byClass: {} }
  #start: RunStart | undefined

  start(run: RunStart): void {
    this.plan = run.plan
    this.#start = run
  }

  interval(interval: RunInterval): void {
    this.#load.add(interval)
    const { peak, byClass } = this.#users
    this.#users.peak = Math.max(peak, interval.userCount)
    for (const [name, count] of Object.entries(interval.users)) byClass[name] = Math.max(byClass[name] ?? 0, count)
    for (const what of ['offered', 'started', 'dropped'] as const)
      this.#arrivals[what] += interval.arrivals?.[what] ?? 0
    this.elapsedMs = interval.second * 1_000 + interval.durationMs
  }

  event(event: RunEvent): void {
    this.#events.push(event)
    if (this.#events.length > mostEvents) this.#events.shift()
  }

  /** What the console prints of an end. */
  text(run: RunFinish, redact: Redact): string[] {
    return summary(run, { style: createStyle(false), redact })
  }

  /** The run as it is now, broken by an error, and what the console would print of it. */
  broken(error: unknown, redact: Redact, elapsedMs = this.elapsedMs): { run: RunFinish; text: string[] } {
    const start = this.#start
    const so = {
      start,
      events: this.#events,
      elapsedMs,
      users: this.#users,
      delivered: start ? this.#delivered(start) : {},
    }
    const run = brokenRun(error, so)
    const text = start
      ? this.text(run, redact)
      : [verdictLine(run, redact), ...errorLines(error).map((line) => `  ${redact(line)}`)]
    return { run, text }
  }

  /** What was delivered of what was planned: the rest of the run did not happen. */
  #delivered({ plan, durationMs }: RunStart): SoFar['delivered'] {
    const isKnown = durationMs !== undefined && plan.profile.kind !== 'shape'
    const planned = !isKnown ? 0 : totalLoad(createProfile(plan.profile), durationMs)
    if (plan.profile.kind === 'arrivals') {
      const { offered, started } = this.#arrivals
      const all = Math.max(Math.round(planned), offered)
      return { arrivals: { offered: all, started, dropped: all - started } }
    }
    const load = this.#load.report()
    return load ? { load: { ...load, askedUserSeconds: Math.max(planned, load.askedUserSeconds) } } : {}
  }

  /** Nothing live is kept any more. */
  end(): void {
    this.#start = undefined
  }
}
