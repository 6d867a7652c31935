import type { Aggregate, RequestStats } from '../stats/aggregate.ts'
import type { LatencyFigures } from '../stats/latency-figures.ts'

/** Statistics of one request group, or of all requests. Times are in ms. They are 0 if there was no request. */
export class RequestFigures {
  /** The verb or protocol, for example `GET`. Empty for all requests together. */
  readonly type: string
  readonly name: string
  /** Number of requests, with failures and without aborted ones. */
  readonly requests: number
  readonly failures: number
  /** Number of requests that the run itself aborted. */
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

  /** Failures per request, from 0 to 1. 0 if there was no request. */
  get failRatio(): number {
    return this.requests === 0 ? 0 : this.failures / this.requests
  }

  /** Requests per second, on average over the run so far. */
  get rps(): number {
    return this.#seconds > 0 ? this.requests / this.#seconds : 0
  }

  /** Mean latency in ms. */
  get mean(): number {
    return this.#latency.mean.ms
  }

  /** Lowest latency in ms. */
  get min(): number {
    return this.#latency.min.ms
  }

  /** Highest latency in ms. */
  get max(): number {
    return this.#latency.max.ms
  }

  /**
   * A percentile of the latency in ms: `percentile(95)`, `percentile(99.9)`.
   *
   * @throws RangeError unless `percent` is above 0 and at most 100
   */
  percentile(percent: number): number {
    if (!(percent > 0 && percent <= 100))
      throw new RangeError(`percentile(${percent}): use a number above 0, at most 100`)
    return this.#latency.percentile(percent / 100).ms
  }
}

/** One kind of failure, and how often it occurred. */
export interface ErrorFigures {
  type: string
  name: string
  /** The error that reports show, for example `HTTP 503`. */
  error: string
  occurrences: number
}

/** Statistics of the run so far, of all workers, like Locust's `environment.stats`. This is a copy: it does not change later. */
export interface RunStats {
  /** All requests together. */
  readonly total: RequestFigures
  /** One entry for each type and name, sorted by name. */
  readonly requests: readonly RequestFigures[]
  /** Most frequent first. */
  readonly errors: readonly ErrorFigures[]
  /** Number of exceptions in the code of users. */
  readonly exceptions: number
  /** One group: `get('GET', '/products')`. Undefined if there was no such request. */
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
