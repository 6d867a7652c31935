import type { Recorder } from './recorder.ts'
import type { FailureKind } from './snapshot.ts'
import { UnderWay } from './under-way.ts'

/** One measured request. Listeners of `events.request` get it. */
export interface RequestSample {
  /** The verb or protocol, for example `GET`. */
  method: string
  /** The name that reports group by. */
  name: string
  /** Time from the start to the end of the response, in ms. */
  durationMs: number
  /** Time from the intended start, in ms. Undefined if the request has no schedule. */
  scheduledMs: number | undefined
  /** Bytes received. */
  bytes: number
  /** The code or short text that reports group failures by. Undefined for a success. */
  error: string | undefined
  /** The error that was thrown, if there was one. */
  exception: unknown
  /** The response object of the protocol, if it has one. For HTTP: an HttpResponse. */
  response: unknown
  /** The data that the user or the request attached (`context`). */
  context: Record<string, unknown> | undefined
  url: string | undefined
  /** Start of the request, in ms since 1970. */
  startedAt: number
}

/** @internal Extras of a sample that only listeners see. */
export interface SampleDetails {
  exception?: unknown
  response?: unknown
  context?: Record<string, unknown> | undefined
  url?: string | undefined
}

/** @internal When this user's current iteration should have begun, by the run's plan; NaN where there is no plan for it. */
export class Schedule {
  intendedAt = Number.NaN

  /** The intended start, given to the first request of an iteration only: later ones depend on its answer. */
  take(): number {
    const at = this.intendedAt
    this.intendedAt = Number.NaN
    return at
  }
}

/**
 * @internal The only place that reads the clock for a measurement, so that no protocol can get it wrong. Times are
 * `performance.now()` ms.
 */
export class Meter {
  readonly recorder: Recorder
  /** What is measured now and has no answer yet, where its protocol keeps no list of its own. */
  readonly underWay = new UnderWay()
  /** Set while somebody listens to `events.request`; a sample object is made only then. */
  listener: ((sample: RequestSample) => void) | undefined

  constructor(recorder: Recorder) {
    this.recorder = recorder
  }

  now(): number {
    return performance.now()
  }

  /**
   * Records one finished request. `startedAt` and `endedAt` are from `now()`, `intendedAt` from `Schedule.take()`;
   * `error` undefined means success; `kind` is the failure's.
   */
  record(
    method: string,
    name: string,
    startedAt: number,
    endedAt: number,
    intendedAt: number,
    bytes: number,
    error?: string,
    details?: SampleDetails,
    kind?: FailureKind,
  ): void {
    const ms = endedAt - startedAt
    const scheduledMs = endedAt - intendedAt
    const request = this.recorder.request(method, name)
    if (error === undefined) request.success(ms, scheduledMs, bytes)
    else request.failure(ms, scheduledMs, bytes, error, kind)
    this.listener?.({
      method,
      name,
      durationMs: ms,
      scheduledMs: Number.isNaN(scheduledMs) ? undefined : scheduledMs,
      bytes,
      error,
      exception: details?.exception,
      response: details?.response,
      context: details?.context,
      url: details?.url,
      startedAt: performance.timeOrigin + startedAt,
    })
  }
}
