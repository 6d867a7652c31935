import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import { TextCap } from '../../stats/cardinality-limit.ts'
import type { ArrivalCounts, RunInterval, WaitingState } from '../../stats/snapshot.ts'
import { GeneratorCounters } from './generator-counters.ts'
import { MetricCounters } from './metric-counters.ts'
import { RequestCounters } from './request-counters.ts'
import { Sums } from './sums.ts'

/** Distinct texts of errors, and of exceptions, that have a series of their own; the report has more. */
const mostTexts = 200
/** As the wire and the API call them. */
const workerStates = ['ready', 'spawning', 'running', 'stopping', 'stopped', 'missing']

/**
 * A run in numbers that only ever rise, for those who look at it from outside and take the difference; and how it is now. A reset of the statistics
 * does not touch them.
 */
export class RunCounters {
  readonly requests = new Map<string, RequestCounters>()
  readonly errors = new Sums()
  readonly exceptions = new Sums()
  readonly events = new Sums()
  readonly metrics = new MetricCounters()
  readonly generator = new GeneratorCounters()
  /** Now, by class. */
  readonly users = new Map<string, number>()
  /** Closed model only. */
  askedUsers: number | undefined
  /** Open model only. */
  arrivals: ArrivalCounts | undefined
  /** Epoch ms. */
  startedAt: number | undefined
  durationMs: number | undefined
  readonly #errorTexts = new TextCap(mostTexts)
  readonly #exceptionTexts = new TextCap(mostTexts)
  #reports: RunStart['workers'] = () => []

  start({ startedAt, durationMs, userClasses, workers }: RunStart): void {
    this.startedAt = startedAt
    this.durationMs = durationMs
    for (const name of userClasses) this.users.set(name, 0)
    this.#reports = workers
  }

  interval({ stats, users, targetUsers, arrivals, waiting = [], health }: RunInterval): void {
    for (const delta of stats.requests) this.#of(delta).add(delta)
    this.#wait(waiting)
    for (const { error, occurrences } of stats.errors) this.errors.add(this.#errorTexts.of(error), occurrences)
    for (const { message, count } of stats.exceptions) this.exceptions.add(this.#exceptionTexts.of(message), count)
    for (const delta of stats.metrics) this.metrics.add(delta)
    this.#runs(users)
    if (targetUsers !== undefined || this.askedUsers !== undefined) this.askedUsers = targetUsers ?? 0
    if (arrivals) {
      this.arrivals ??= { offered: 0, started: 0, dropped: 0 }
      for (const count of ['offered', 'started', 'dropped'] as const) this.arrivals[count] += arrivals[count]
    }
    this.generator.add(Object.values(health))
  }

  event({ kind }: RunEvent): void {
    this.events.add(kind, 1)
  }

  /** Nothing runs any more. */
  finish({ arrivals, workers }: RunFinish): void {
    this.#runs({})
    this.#wait([])
    if (this.askedUsers !== undefined) this.askedUsers = 0
    // with those that lost workers never told of
    if (arrivals) this.arrivals = { ...arrivals }
    this.#reports = () => workers
  }

  #of({ method, name }: { method: string; name: string }): RequestCounters {
    const key = `${method}\n${name}`
    let group = this.requests.get(key)
    if (!group) this.requests.set(key, (group = new RequestCounters(method, name)))
    return group
  }

  #wait(waiting: readonly WaitingState[]): void {
    for (const group of this.requests.values()) group.wait(0, 0)
    for (const state of waiting) this.#of(state).wait(state.ages.count, state.ages.max)
  }

  /** Now, by state; empty before the start. Counted when somebody asks: thousands may be lost in one second, with an event for each. */
  get workers(): ReadonlyMap<string, number> {
    const reports = this.#reports()
    const byState = new Map<string, number>(reports.length === 0 ? [] : workerStates.map((state) => [state, 0]))
    for (const { state } of reports) byState.set(state, (byState.get(state) ?? 0) + 1)
    return byState
  }

  #runs(users: Record<string, number>): void {
    for (const name of this.users.keys()) this.users.set(name, 0)
    for (const [name, count] of Object.entries(users)) this.users.set(name, count)
  }
}
