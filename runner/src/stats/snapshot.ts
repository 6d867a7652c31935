/**
 * What crosses from a worker to whoever looks: plain data, deltas since the previous report. Merging is associative and
 * commutative, so the order in which reports come does not matter.
 */

/** A histogram as plain data. `buckets` is `[id, count, id, count, …]`, ascending ids of `buckets.ts`. */
export interface HistogramData {
  count: number
  /** Sum, least and greatest of the exact values: ms for latencies, the user's unit for trends. 0 when count is 0. */
  sum: number
  min: number
  max: number
  buckets: number[]
}

/** One (method, name) in one interval. requests = ok.count + failed.count; aborted ones are in neither. */
export interface RequestDelta {
  method: string
  name: string
  ok: HistogramData
  failed: HistogramData
  /** From the intended start, successes and failures together; only where the run has intended starts. */
  scheduled?: HistogramData
  /** Sent, then given up by us before an answer (run over, user stopped): neither success nor failure. */
  aborted: number
  /**
   * How long those waited that were given up, also where nothing had been sent yet (no connection, no TLS handshake): their latency is at
   * least that. Left out where there were none, and by workers that do not tell.
   */
  unanswered?: HistogramData
  /** Redirect hops answered on the way of the counted requests: the target saw `requests + aborted + hops`. */
  hops: number
  /**
   * Requests that were sent again, since the target closed their kept connection without a response; only where there are any. The target
   * saw the first try or not, so that it counts up to so many more.
   */
  retries?: number
  /** Response body bytes as received. */
  bytes: number
}

/** What a failure was, whatever its text says. `timeout`: no answer came in the time there was for it. */
export type FailureKind = 'timeout'

export interface ErrorDelta {
  method: string
  name: string
  /** The error's code or short sentence, free of addresses: what failures are grouped by. */
  error: string
  /** Left out: of no kind that matters. */
  kind?: FailureKind
  occurrences: number
  /** Epoch ms. */
  firstSeen: number
  lastSeen: number
}

export interface ExceptionDelta {
  message: string
  /** Stack in the user's files. */
  traceback: string
  count: number
  firstSeen: number
  lastSeen: number
}

/** User-defined metrics. A rate is `sum` of `count`; a gauge keeps the newest value. */
export type MetricDelta =
  | { kind: 'counter'; name: string; sum: number }
  | { kind: 'rate'; name: string; trues: number; count: number }
  | { kind: 'trend'; name: string; values: HistogramData }
  | { kind: 'gauge'; name: string; value: number; at: number }

export interface StatsDelta {
  requests: RequestDelta[]
  errors: ErrorDelta[]
  exceptions: ExceptionDelta[]
  metrics: MetricDelta[]
}

/**
 * One (method, name) at a moment: the requests under way, and how long each has waited so far. A state, not a delta: the newest replaces the
 * one before.
 */
export interface WaitingState {
  method: string
  name: string
  ages: HistogramData
}

/** How the generator itself did in an interval: what a latency figure is worth. */
export interface HealthSample {
  /** Event-loop delay beyond what was asked, ms. */
  loopDelayMeanMs: number
  loopDelayMaxMs: number
  /** CPU of the process over the interval, % of one core. */
  cpuPercent: number
  /** Time in garbage collection, ms. */
  gcMs: number
  rssBytes: number
  /** Too busy to be trusted; the rule is in worker/health.ts. */
  saturated: boolean
  /** ms in which the event loop did not turn, in stretches of a second or more; with those that its machine was asleep. Left out: none. */
  stalledMs?: number
  /** Of these, ms in which the process stood still and used no CPU: its users did nothing. */
  stoppedMs?: number
  /** ms in which the process used no CPU, in stretches of 250 ms to a second. Left out: none. */
  pausedMs?: number
}

/** Open model only: iterations the profile asked for, started, and could not start (`maxUsers` busy). */
export interface ArrivalCounts {
  offered: number
  started: number
  dropped: number
  /** Of those started, the ones that were more than a second late; left out: none, or a worker that does not tell. */
  late?: number
  /** Of those started, the ones that came to no task: no user could be made, or its `onStart` threw or did not end. Left out: none. */
  failed?: number
}

/** One second of the run's clock on one worker. */
export interface WorkerInterval {
  /** Whole seconds since the run's first moment. */
  second: number
  /** How long the interval really was, ms. */
  durationMs: number
  stats: StatsDelta
  /** Users by class at the interval's end; where the run's end began in it, those that ran until then. */
  users: Record<string, number>
  /** Users that left on purpose (StopUser) and are still asked for; left out: none. */
  left?: number
  /**
   * ms that users have been in `onStart` and will hardly come out of it, all together. A state of the whole run so far: the newest replaces the
   * one before. Left out: none.
   */
  unbegunMs?: number
  arrivals?: ArrivalCounts
  /** Requests under way at the interval's end; left out where there are none, and by workers that do not tell. */
  waiting?: WaitingState[]
  /** Left out where nobody measured it: a Locust worker until its first sample. */
  health?: HealthSample
}

/** The same second over all workers: what outputs and criteria get, and nothing else. */
export interface RunInterval {
  second: number
  durationMs: number
  /** Epoch ms of the interval's end. */
  at: number
  stats: StatsDelta
  users: Record<string, number>
  userCount: number
  /** What the profile asked for last in this interval; closed model, until the load is over. */
  targetUsers?: number
  arrivals?: ArrivalCounts
  /** Requests under way at the interval's end, of all workers that told of this second. */
  waiting?: WaitingState[]
  health: Record<string, HealthSample>
}
