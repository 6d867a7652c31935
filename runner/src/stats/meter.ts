import type { Recorder } from './recorder.ts'
import type { FailureKind } from './snapshot.ts'
import { UnderWay } from './under-way.ts'

/** One measured request, as `events.request` hands it to listeners. */
export interface RequestSample {
  method: string
  name: string
  /** ms from the start to the end of the answer. */
  durationMs: number
  /** ms from the intended start, where the run has one. */
  scheduledMs: number | undefined
  bytes: number
  /** The code or short sentence failures are grouped by; undefined for a success. */
  error: string | undefined
  /** What was thrown, if the failure was a throw. */
  exception: unknown
  /** The protocol's own response object, if it has one. */
  response: unknown
  /** What the user attached to the request. */
  context: Record<string, unknown> | undefined
  url: string | undefined
  /** Epoch ms. */
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
