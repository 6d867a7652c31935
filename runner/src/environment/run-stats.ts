import type { Aggregate, RequestStats } from '../stats/aggregate.ts'
import type { LatencyFigures } from '../stats/latency-figures.ts'

/** What a load file can know of a request group, or of all requests. Times are ms, and 0 where there was no request. */
export class RequestFigures {
  /** The verb or protocol; empty for all requests. */
  readonly type: string
  readonly name: string
  /** Answered, good or bad. */
  readonly requests: number
  readonly failures: number
  /** Given up by the run itself. */
  readonly aborted: number
  /** Bytes received. */
  readonly bytes: number
  readonly #latency: LatencyFigures
  readonly #seconds: number

  /** @internal */
  constructor(stats: RequestStats, seconds: number) {
    this.type = stats.method
    this.name = stats.name
    this.requests = stats.requests
    this.failures = stats.failures
    this.aborted = stats.aborted
    this.bytes = stats.bytes
    this.#latency = stats.latency()
    this.#seconds = seconds
  }

  /** From 0 to 1; 0 where there was no request. */
  get failRatio(): number {
    return this.requests === 0 ? 0 : this.failures / this.requests
  }

  /** Requests a second, over the run so far. */
  get rps(): number {
    return this.#seconds > 0 ? this.requests / this.#seconds : 0
  }

  get mean(): number {
    return this.#latency.mean.ms
  }

  get min(): number {
    return this.#latency.min.ms
  }

  get max(): number {
    return this.#latency.max.ms
  }

  /** So many of a hundred came within that time: `percentile(95)`, `percentile(99.9)`. Throws a RangeError outside 0 … 100. */
  percentile(percent: number): number {
    if (!(percent > 0 && percent <= 100))
      throw new RangeError(`percentile(${percent}): use a number above 0, at most 100`)
    return this.#latency.percentile(percent / 100).ms
  }
}

/** A failure by what it said, and how many times it came. */
export interface ErrorFigures {
  type: string
  name: string
  error: string
  occurrences: number
}

/** The run so far, of all workers: Locust's `environment.stats`. A copy, which does not change any more. */
export interface RunStats {
  /** All requests together. */
  readonly total: RequestFigures
  /** By type and name, sorted by name. */
  readonly requests: readonly RequestFigures[]
  /** Most frequent first. */
  readonly errors: readonly ErrorFigures[]
  /** What users' code threw, in all. */
  readonly exceptions: number
  /** One group: `get('GET', '/products')`; undefined where there was no such request. */
  get(type: string, name: string): RequestFigures | undefined
}

/** @internal */
export function runStatsOf(stats: Aggregate, elapsedMs: number): RunStats {
  const seconds = elapsedMs / 1_000
  const requests = stats.requests().map((group) => new RequestFigures(group, seconds))
  return {
    total: new RequestFigures(stats.total, seconds),
    requests,
    errors: stats.errors().map(({ method, name, error, occurrences }) => ({ type: method, name, error, occurrences })),
    exceptions: stats.exceptions().reduce((sum, { count }) => sum + count, 0),
    get: (type, name) => requests.find((group) => group.type === type && group.name === name),
  }
}
