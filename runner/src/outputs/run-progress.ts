import type { RunStart } from '../facts/run.ts'
import { effectOf, type RunEvent } from '../facts/run-event.ts'
import { ratio } from '../stats/format.ts'
import { LatencyFigures } from '../stats/latency-figures.ts'
import type { RunInterval } from '../stats/snapshot.ts'
import { RunView } from './console/run-view.ts'

/** preparing: plan and load file are read; gathering: workers are waited for, hooks run; stopping: no more load is asked for. */
export const runStates = ['preparing', 'gathering', 'running', 'stopping', 'finished'] as const
export type RunState = (typeof runStates)[number]

/** How far a run has come. What is not known is left out. */
export interface Progress {
  state: RunState
  /** ISO 8601, once it has started. */
  startedAt?: string
  /** Since the run's first moment; 0 before it. */
  elapsedMs: number
  /** Of the whole profile. */
  durationMs?: number
  users: number
  targetUsers?: number
  requests: number
  failures: number
  /** Of the last seconds; a request without an answer counts with as long as it has waited. */
  rps?: number
  failRatio?: number
  p50Ms?: number
  p95Ms?: number
}

/** A run under way, for those who ask now and then how it is doing. */
export class RunProgress {
  #state: RunState = 'preparing'
  #view: RunView | undefined
  #startedAt = 0
  #startedAtMs = 0
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  gathering(): void {
    if (this.#state === 'preparing') this.#state = 'gathering'
  }

  start(run: RunStart): void {
    this.#state = 'running'
    this.#view = new RunView(run, (text) => text)
    this.#startedAt = run.startedAt
    this.#startedAtMs = this.#now()
  }

  interval(interval: RunInterval): void {
    const view = this.#view
    if (!view) return
    // the master asks for users until the load is over, and for none after that
    if (view.targetUsers !== undefined && interval.targetUsers === undefined) this.#stopping()
    view.add(interval)
  }

  event({ kind }: RunEvent): void {
    if (effectOf(kind).endsLoad) this.#stopping()
  }

  finish(): void {
    this.#state = 'finished'
  }

  /** ms since the start, by this machine's clock: also while no report comes in. */
  get elapsedMs(): number {
    return this.#view ? Math.max(0, this.#now() - this.#startedAtMs) : 0
  }

  now(): Progress {
    const view = this.#view
    if (!view) return { state: this.#state, elapsedMs: 0, users: 0, requests: 0, failures: 0 }
    const { durationMs, users, targetUsers, stats } = view
    const over = this.#state === 'running' && durationMs !== undefined && this.elapsedMs >= durationMs
    return {
      state: over ? 'stopping' : this.#state,
      startedAt: new Date(this.#startedAt).toISOString(),
      elapsedMs: Math.round(this.elapsedMs),
      ...(durationMs === undefined ? {} : { durationMs }),
      users,
      ...(targetUsers === undefined ? {} : { targetUsers }),
      requests: stats.total.requests,
      failures: stats.total.failures,
      ...recentOf(view),
    }
  }

  #stopping(): void {
    if (this.#state === 'running') this.#state = 'stopping'
  }
}

function recentOf({ recent }: RunView): Pick<Progress, 'rps' | 'failRatio' | 'p50Ms' | 'p95Ms'> {
  const { seconds, requests, failures, latency, waiting } = recent.total()
  const all = new LatencyFigures(latency, waiting)
  if (seconds === 0) return {}
  const rps = round(requests / seconds)
  if (all.count === 0) return { rps }
  const [p50Ms, p95Ms] = all.percentiles([0.5, 0.95]).map(({ ms }) => round(ms)) as [number, number]
  return { rps, ...(requests > 0 ? { failRatio: ratio(failures, requests) } : {}), p50Ms, p95Ms }
}

function round(x: number): number {
  return Math.round(x * 1_000) / 1_000
}
