import type { RunFinish, RunIdentity, RunStart } from '../../facts/run.ts'
import { type EventKind, effectOf, type RunEvent } from '../../facts/run-event.ts'
import type { Verdict } from '../../facts/verdict.ts'
import type { Log } from '../../log.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import { redact } from '../../secrets/redactions.ts'
import type { RunClock } from '../../stats/run-clock.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import type { Criterion } from '../../verdict/criterion.ts'
import type { Roster } from '../workers/roster.ts'
import type { RunRecord } from './run-record.ts'

/** Takes what the master tells of a run. Behind it are the outputs, isolated from each other and from the run. */
export interface OutputSink {
  start(run: RunStart): void
  interval(interval: RunInterval): void
  event(event: RunEvent): void
  /** Resolves to the final verdict. An output that fails to write is part of it, so it is known only then. */
  finish(run: Omit<RunFinish, 'verdict'>, judge: () => Verdict): Promise<Verdict>
}

export interface BroadcastOptions {
  plan: RunPlan
  identity?: RunIdentity | undefined
  durationMs: number | undefined
  criteria: readonly Criterion[]
  sink: OutputSink
  log: Pick<Log, 'warn'>
  clock: RunClock
  roster: Roster
  record: RunRecord
}

/** More events than anybody reads. A limit, because a worker that comes and goes for days must not fill the memory. */
const mostEvents = 2_000

/** Tells the output sink of a run's start, events and end. Criteria get events at once; the sink gets events from before the start when it is told of the start. */
export class Broadcast {
  readonly #options: BroadcastOptions
  /** The sink has been told of the start, and not yet of the end. */
  #isSinkOpen = false
  #isOver = false

  constructor(options: BroadcastOptions) {
    this.#options = options
  }

  /** Tells the sink of the start, and of the events before it. */
  start(userClasses: string[]): void {
    const { plan, identity, durationMs, sink, clock, record, roster } = this.#options
    sink.start({
      plan,
      identity,
      startedAt: clock.startedAt,
      userClasses,
      durationMs,
      stats: record.all,
      series: record.series,
      workers: () => roster.workers.map((worker) => worker.report()),
    })
    this.#isSinkOpen = true
    // a copy: outputs may add events meanwhile, which are told separately
    for (const event of [...record.events]) sink.event(event)
  }

  /** Tells outputs and criteria that something happened. */
  event(kind: EventKind, said: string): void {
    const text = redact(said)
    const { criteria, sink, clock, record, log } = this.#options
    if (this.#isOver) {
      // the verdict is told already and must not change
      if (effectOf(kind).outcome) log.warn(`too late for the verdict: ${text}`)
      return
    }
    const { events } = record
    const event = { atMs: clock.elapsedMs, kind, text }
    if (events.length < mostEvents) events.push(event)
    else if (events.length === mostEvents)
      events.push({ ...event, kind: 'events_capped', text: `more than ${mostEvents} events: the rest is not listed` })
    for (const criterion of criteria) criterion.event?.(event)
    if (this.#isSinkOpen && events.length <= mostEvents) sink.event(event)
  }

  /** Resolves to the verdict that all outputs told. Later events are only logged. */
  async finish({ judge, ...end }: Pick<RunFinish, 'durationMs' | 'health'> & { judge(): Verdict }): Promise<Verdict> {
    const { identity, sink, clock, record, roster } = this.#options
    const told = {
      identity,
      startedAt: clock.startedAt,
      workers: roster.workers.map((worker) => worker.report()),
      ...end,
      ...record.report(),
    }
    const verdict = await sink.finish(told, judge)
    this.#isSinkOpen = false
    this.#isOver = true
    return verdict
  }
}
