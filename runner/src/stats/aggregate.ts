import { emptyHistogram, Histogram } from './histogram.ts'
import { LatencyFigures } from './latency-figures.ts'
import { mergeHistograms } from './merge.ts'
import type {
  ErrorDelta,
  ExceptionDelta,
  HistogramData,
  MetricDelta,
  RequestDelta,
  StatsDelta,
  WaitingState,
} from './snapshot.ts'
import { totalName } from './total-name.ts'

/** A request group since the start (or the last reset): what reports show. */
export class RequestStats {
  readonly method: string
  readonly name: string
  readonly ok = new Histogram()
  readonly failed = new Histogram()
  scheduled: Histogram | undefined
  /** How long those waited that were given up; undefined where none was. */
  givenUp: Histogram | undefined
  /** How long those wait that are under way now. */
  waiting: HistogramData = emptyHistogram()
  aborted = 0
  hops = 0
  retries = 0
  bytes = 0

  constructor(method: string, name: string) {
    this.method = method
    this.name = name
  }

  get requests(): number {
    return this.ok.count + this.failed.count
  }

  get failures(): number {
    return this.failed.count
  }

  /** Successes and failures in one histogram, made afresh: keep it if you need several figures. */
  all(): Histogram {
    return new Histogram().merge(this.ok.toData()).merge(this.failed.toData())
  }

  /** How long all waited that have no answer: given up, or under way now. */
  unanswered(): HistogramData {
    return this.givenUp ? mergeHistograms(this.givenUp.toData(), this.waiting) : this.waiting
  }

  /** The latency of all requests, those without an answer as lower bounds; made afresh. */
  latency(): LatencyFigures {
    const answered = this.failed.count === 0 ? this.ok : this.all()
    return new LatencyFigures(answered.toData(), this.unanswered())
  }

  /** The same from the intended starts; where there were any. A request without an answer has waited at least as long as from its own start. */
  scheduledLatency(): LatencyFigures | undefined {
    return this.scheduled && new LatencyFigures(this.scheduled.toData(), this.unanswered())
  }

  merge(delta: RequestDelta): void {
    this.ok.merge(delta.ok)
    this.failed.merge(delta.failed)
    if (delta.scheduled) (this.scheduled ??= new Histogram()).merge(delta.scheduled)
    if (delta.unanswered) (this.givenUp ??= new Histogram()).merge(delta.unanswered)
    this.aborted += delta.aborted
    this.hops += delta.hops
    this.retries += delta.retries ?? 0
    this.bytes += delta.bytes
  }
}

/** A user-defined metric since the start. */
export type Metric =
  | { kind: 'counter'; name: string; sum: number }
  | { kind: 'rate'; name: string; trues: number; count: number }
  | { kind: 'trend'; name: string; values: Histogram }
  | { kind: 'gauge'; name: string; value: number; at: number }

/** The sum of all deltas merged into it, in any order. */
export class Aggregate {
  total = new RequestStats('', totalName)
  readonly #requests = new Map<string, RequestStats>()
  readonly #errors = new Map<string, ErrorDelta>()
  readonly #exceptions = new Map<string, ExceptionDelta>()
  readonly #metrics = new Map<string, Metric>()
  /** Groups in which something is under way. */
  #waiting: RequestStats[] = []

  merge(delta: StatsDelta): void {
    for (const request of delta.requests) {
      this.total.merge(request)
      this.#of(request.method, request.name).merge(request)
    }
    for (const error of delta.errors) {
      const key = `${error.method}\n${error.name}\n${error.error}`
      const seen = this.#errors.get(key)
      if (!seen) this.#errors.set(key, { ...error })
      else {
        seen.occurrences += error.occurrences
        seen.firstSeen = Math.min(seen.firstSeen, error.firstSeen)
        seen.lastSeen = Math.max(seen.lastSeen, error.lastSeen)
      }
    }
    for (const exception of delta.exceptions) {
      const key = `${exception.message}\n${exception.traceback}`
      const seen = this.#exceptions.get(key)
      if (!seen) this.#exceptions.set(key, { ...exception })
      else {
        seen.count += exception.count
        seen.firstSeen = Math.min(seen.firstSeen, exception.firstSeen)
        seen.lastSeen = Math.max(seen.lastSeen, exception.lastSeen)
      }
    }
    for (const metric of delta.metrics) this.#mergeMetric(metric)
  }

  /** What is under way now, in place of what was before. */
  wait(waiting: readonly WaitingState[]): void {
    const before = this.#waiting
    this.#waiting = waiting.map(({ method, name }) => this.#of(method, name))
    for (const stats of before) stats.waiting = emptyHistogram()
    for (const [i, { ages }] of waiting.entries()) (this.#waiting[i] as RequestStats).waiting = ages
    this.total.waiting = waiting.reduce((sum, { ages }) => mergeHistograms(sum, ages), emptyHistogram())
  }

  /** Sorted by name, then method, as Locust lists them. */
  requests(): RequestStats[] {
    return [...this.#requests.values()].sort((a, b) => compare(a.name, b.name) || compare(a.method, b.method))
  }

  request(method: string, name: string): RequestStats | undefined {
    return this.#requests.get(`${method}\n${name}`)
  }

  /** Most frequent first. */
  errors(): ErrorDelta[] {
    return [...this.#errors.values()].sort((a, b) => b.occurrences - a.occurrences)
  }

  exceptions(): ExceptionDelta[] {
    return [...this.#exceptions.values()].sort((a, b) => b.count - a.count)
  }

  metrics(): Metric[] {
    return [...this.#metrics.values()].sort((a, b) => compare(a.name, b.name))
  }

  metric(name: string): Metric | undefined {
    return this.#metrics.get(name)
  }

  reset(): void {
    this.total = new RequestStats('', totalName)
    this.#waiting = []
    for (const part of [this.#requests, this.#errors, this.#exceptions, this.#metrics]) part.clear()
  }

  #of(method: string, name: string): RequestStats {
    const key = `${method}\n${name}`
    let stats = this.#requests.get(key)
    if (!stats) this.#requests.set(key, (stats = new RequestStats(method, name)))
    return stats
  }

  #mergeMetric(delta: MetricDelta): void {
    const seen = this.#metrics.get(delta.name)
    if (seen && seen.kind !== delta.kind) return // the recorder refuses a name used for two kinds
    switch (delta.kind) {
      case 'counter':
        if (seen?.kind === 'counter') seen.sum += delta.sum
        else this.#metrics.set(delta.name, { ...delta })
        return
      case 'rate':
        if (seen?.kind === 'rate') {
          seen.trues += delta.trues
          seen.count += delta.count
        } else this.#metrics.set(delta.name, { ...delta })
        return
      case 'trend':
        if (seen?.kind === 'trend') seen.values.merge(delta.values)
        else {
          const values = new Histogram('any').merge(delta.values)
          this.#metrics.set(delta.name, { kind: 'trend', name: delta.name, values })
        }
        return
      case 'gauge':
        if (seen?.kind === 'gauge' && seen.at > delta.at) return
        this.#metrics.set(delta.name, { ...delta })
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
