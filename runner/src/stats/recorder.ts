import { otherName, TextCap } from './cardinality-limit.ts'
import { Histogram } from './histogram.ts'
import { IntervalHistogram } from './interval-histogram.ts'
import type {
  ErrorDelta,
  ExceptionDelta,
  FailureKind,
  MetricDelta,
  RequestDelta,
  StatsDelta,
  WaitingState,
} from './snapshot.ts'

/** What may have random text in it and so is capped. */
export type Capped = 'names' | 'errors' | 'exceptions' | 'metrics'

/** One (method, name): what a protocol records into. Fetch it once per request, or keep it. */
export class RequestRecorder {
  readonly method: string
  readonly name: string
  readonly #ok = new IntervalHistogram()
  #failed: IntervalHistogram | undefined // most names never fail
  #scheduled: IntervalHistogram | undefined
  #unanswered: IntervalHistogram | undefined
  #waiting: IntervalHistogram | undefined
  #aborted = 0
  #hops = 0
  #retries = 0
  #bytes = 0
  #errors: Map<string, ErrorDelta> | undefined
  readonly #errorCap: TextCap

  constructor(method: string, name: string, errorCap: TextCap) {
    this.method = method
    this.name = name
    this.#errorCap = errorCap
  }

  /** Counts an answer that was good. `scheduledMs` is NaN where the run has no intended start. */
  success(ms: number, scheduledMs: number, bytes: number): void {
    this.#ok.record(ms)
    this.#bytes += bytes
    if (!Number.isNaN(scheduledMs)) this.#schedule(scheduledMs)
  }

  /** Counts a failure under `error`, a code or short sentence without addresses. */
  failure(ms: number, scheduledMs: number, bytes: number, error: string, kind?: FailureKind): void {
    this.#failed ??= new IntervalHistogram()
    this.#failed.record(ms)
    this.#bytes += bytes
    if (!Number.isNaN(scheduledMs)) this.#schedule(scheduledMs)
    this.#countError(error, kind)
  }

  /** Counts a request that was given up by us after `ms` without an answer; `sent`: the target may have seen it. */
  abort(ms: number, sent = true): void {
    this.#unanswered ??= new IntervalHistogram()
    this.#unanswered.record(ms)
    if (sent) this.#aborted++
  }

  /** Notes that a request under way has waited for `ms`: of the state that `takeWaiting` takes, not of the next delta. */
  waits(ms: number): void {
    this.#waiting ??= new IntervalHistogram()
    this.#waiting.record(ms)
  }

  /** Counts an answered redirect on the way of a request. */
  hop(): void {
    this.#hops++
  }

  /** Counts a request that was sent again, since its kept connection was closed without a response. */
  retry(): void {
    this.#retries++
  }

  take(): RequestDelta | undefined {
    const failed = this.#failed?.count ?? 0
    const unanswered = this.#unanswered?.count ?? 0
    if (this.#ok.count + failed + unanswered + this.#hops + this.#retries === 0) return undefined
    const delta: RequestDelta = {
      method: this.method,
      name: this.name,
      ok: this.#ok.take(),
      failed: this.#failed?.take() ?? { count: 0, sum: 0, min: 0, max: 0, buckets: [] },
      aborted: this.#aborted,
      hops: this.#hops,
      bytes: this.#bytes,
    }
    if (this.#retries > 0) delta.retries = this.#retries
    if (this.#scheduled && this.#scheduled.count > 0) delta.scheduled = this.#scheduled.take()
    if (this.#unanswered && unanswered > 0) delta.unanswered = this.#unanswered.take()
    this.#aborted = 0
    this.#hops = 0
    this.#retries = 0
    this.#bytes = 0
    return delta
  }

  takeWaiting(): WaitingState | undefined {
    if (!this.#waiting || this.#waiting.count === 0) return undefined
    return { method: this.method, name: this.name, ages: this.#waiting.take() }
  }

  takeErrors(): Iterable<ErrorDelta> {
    const errors = this.#errors?.values() ?? []
    this.#errors = undefined
    return errors
  }

  #countError(text: string, kind: FailureKind | undefined): void {
    this.#errors ??= new Map()
    const now = Date.now()
    const error = this.#errorCap.of(text)
    const key = kind === undefined ? error : `${kind} ${error}`
    const seen = this.#errors.get(key)
    if (seen) {
      seen.occurrences++
      seen.lastSeen = now
      return
    }
    const { method, name } = this
    const first: ErrorDelta = { method, name, error, occurrences: 1, firstSeen: now, lastSeen: now }
    if (kind !== undefined) first.kind = kind
    this.#errors.set(key, first)
  }

  #schedule(ms: number): void {
    this.#scheduled ??= new IntervalHistogram()
    this.#scheduled.record(ms)
  }
}

/**
 * Everything measured on one worker since the last `take()`. Mutable and fast; what leaves it is plain data.
 */
export class Recorder {
  readonly #byMethod = new Map<string, Map<string, RequestRecorder>>()
  readonly #exceptions = new Map<string, ExceptionDelta>()
  readonly #counters = new Map<string, number>()
  readonly #rates = new Map<string, { trues: number; count: number }>()
  readonly #trends = new Map<string, Histogram>()
  readonly #gauges = new Map<string, { value: number; at: number }>()
  readonly #maxNames: number
  readonly #keep: ReadonlySet<string>
  readonly #onCap: ((what: Capped) => void) | undefined
  readonly #errorCap: TextCap
  readonly #exceptionCap: TextCap
  readonly #metricCap: TextCap
  #names = 0

  /**
   * `maxNames` distinct (method, name) pairs are kept apart, and `maxTexts` each of error texts, exceptions and metrics; the rest is
   * counted as `(other)` and `onCap` called once for each of the four. Names of `keep` are kept apart, and do not count.
   */
  constructor(
    options: {
      maxNames?: number
      maxTexts?: number
      keep?: ReadonlySet<string>
      onCap?: (what: Capped) => void
    } = {},
  ) {
    this.#maxNames = options.maxNames ?? 500
    this.#keep = options.keep ?? new Set()
    this.#onCap = options.onCap
    const capOf = (what: Capped) => new TextCap(options.maxTexts ?? 500, () => this.#onCap?.(what))
    this.#errorCap = capOf('errors')
    this.#exceptionCap = capOf('exceptions')
    this.#metricCap = capOf('metrics')
  }

  request(method: string, name: string): RequestRecorder {
    return this.#byMethod.get(method)?.get(name) ?? this.#open(method, name)
  }

  /** An exception of the user's code, grouped by message and traceback. */
  exception(message: string, traceback: string): void {
    const key = `${message}\n${traceback}`
    if (!this.#exceptions.has(key) && !this.#exceptionCap.admits(key)) this.#countException(otherName, otherName, '')
    else this.#countException(key, message, traceback)
  }

  counter(name: string, value: number): void {
    const key = this.#metricKey('counter', name, this.#counters)
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + value)
  }

  rate(name: string, value: boolean): void {
    const key = this.#metricKey('rate', name, this.#rates)
    const rate = this.#rates.get(key) ?? { trues: 0, count: 0 }
    rate.count++
    if (value) rate.trues++
    this.#rates.set(key, rate)
  }

  trend(name: string, value: number): void {
    const key = this.#metricKey('trend', name, this.#trends)
    let trend = this.#trends.get(key)
    if (!trend) this.#trends.set(key, (trend = new Histogram('any')))
    trend.record(value)
  }

  gauge(name: string, value: number): void {
    this.#gauges.set(this.#metricKey('gauge', name, this.#gauges), { value, at: Date.now() })
  }

  /** What was recorded since the last call. */
  take(): StatsDelta {
    const requests: RequestDelta[] = []
    const errors: ErrorDelta[] = []
    for (const names of this.#byMethod.values())
      for (const request of names.values()) {
        const delta = request.take()
        if (delta) requests.push(delta)
        errors.push(...request.takeErrors())
      }
    const metrics: MetricDelta[] = []
    for (const [name, sum] of this.#counters) metrics.push({ kind: 'counter', name, sum })
    for (const [name, rate] of this.#rates) metrics.push({ kind: 'rate', name, ...rate })
    for (const [name, trend] of this.#trends) metrics.push({ kind: 'trend', name, values: trend.toData() })
    for (const [name, gauge] of this.#gauges) metrics.push({ kind: 'gauge', name, ...gauge })
    const exceptions = [...this.#exceptions.values()]
    for (const taken of [this.#exceptions, this.#counters, this.#rates, this.#trends, this.#gauges]) taken.clear()
    return { requests, errors, exceptions, metrics }
  }

  /** What was noted as waiting since the last call. */
  takeWaiting(): WaitingState[] {
    const waiting: WaitingState[] = []
    for (const names of this.#byMethod.values())
      for (const request of names.values()) {
        const state = request.takeWaiting()
        if (state) waiting.push(state)
      }
    return waiting
  }

  /** A name is of one kind, and so is what stands for many names: `(other trend)`. */
  #metricKey(kind: MetricDelta['kind'], name: string, seen: ReadonlyMap<string, unknown>): string {
    return seen.has(name) || this.#keep.has(name) || this.#metricCap.admits(name) ? name : `(other ${kind})`
  }

  #countException(key: string, message: string, traceback: string): void {
    const now = Date.now()
    const seen = this.#exceptions.get(key)
    if (seen) {
      seen.count++
      seen.lastSeen = now
    } else this.#exceptions.set(key, { message, traceback, count: 1, firstSeen: now, lastSeen: now })
  }

  #open(method: string, name: string): RequestRecorder {
    const isCounted = name !== otherName && !this.#keep.has(name)
    if (isCounted && this.#names >= this.#maxNames) {
      if (this.#names++ === this.#maxNames) this.#onCap?.('names')
      return this.request(method, otherName)
    }
    if (isCounted) this.#names++
    let names = this.#byMethod.get(method)
    if (!names) this.#byMethod.set(method, (names = new Map()))
    const request = new RequestRecorder(method, name, this.#errorCap)
    names.set(name, request)
    return request
  }
}
