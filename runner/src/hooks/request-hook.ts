import { currentRuntime } from '../environment/current-runtime.ts'
import { KatydidError } from '../errors.ts'
import { errorName } from '../stats/error-name.ts'
import { failureKindOf } from '../stats/failure-kind.ts'
import type { Meter, RequestSample } from '../stats/meter.ts'
import { EventHook, type Listener } from './event-hook.ts'

/** What listeners of `events.request` get: one measured request. Some fields have a second name, which is Locust's. */
export interface RequestEvent extends RequestSample {
  /** The same as `method`. */
  readonly requestType: string
  /** The same as `durationMs`, in ms. */
  readonly responseTime: number
  /** The same as `bytes`. */
  readonly responseLength: number
}

/**
 * A request of your own protocol, for `events.request.fire()`. It is counted like an HTTP request. Durations are in ms.
 * `startedAt` and `intendedAt` are values of `Date.now()` or of `performance.now()`. Katydid accepts both.
 *
 *     events.request.fire({ requestType: 'MQTT', name: 'orders', responseTime: 12 })
 */
export interface RequestReport {
  /** The name that reports group by. Required. */
  name: string
  /** The protocol or verb, for example `MQTT`. */
  requestType?: string
  /** The same as `requestType`. */
  method?: string
  /** How long the request took, in ms. Default: the time from `startedAt` to now. */
  responseTime?: number
  /** The same as `responseTime`. */
  durationMs?: number
  /** Bytes received. Default: 0. */
  responseLength?: number
  /** The same as `responseLength`. */
  bytes?: number
  /** Makes the request a failure: the error that was thrown. */
  exception?: unknown
  /** Makes the request a failure: the text that reports group failures by. */
  error?: string | null
  /** Passed to listeners. */
  response?: unknown
  /** Passed to listeners. */
  context?: Record<string, unknown>
  /** Passed to listeners. */
  url?: string
  /** When the request began. Default: now minus `responseTime`. */
  startedAt?: number
  /** When the request should have begun by its schedule. Reports then also measure latency from this time. */
  intendedAt?: number
}

/** The type of `events.request`. Its `fire` also counts the request. */
export class RequestHook extends EventHook<RequestEvent, RequestReport> {
  #meter: Meter | undefined

  constructor() {
    super('request')
  }

  /** @internal Samples of this meter go to the listeners. Without listeners it makes none, so it must know when there are. */
  attach(meter: Meter): void {
    this.#meter = meter
    this.#listen()
  }

  /** @internal */
  detach(meter: Meter): void {
    meter.listener = undefined
    if (this.#meter === meter) this.#meter = undefined
  }

  override addListener<Added extends Listener<RequestEvent>>(listener: Added): Added {
    super.addListener(listener)
    this.#listen()
    return listener
  }

  override removeListener(listener: Listener<RequestEvent>): void {
    super.removeListener(listener)
    this.#listen()
  }

  override removeAllListeners(): void {
    super.removeAllListeners()
    this.#listen()
  }

  /**
   * Counts a request and calls the listeners.
   *
   * @throws KatydidError if the run has not begun, if the request has no name, or if its times are missing or impossible
   */
  override fire(report: RequestReport): void {
    const meter = currentRuntime()?.meter
    if (!meter) throw invalid('before the run began', 'call it in tasks and hooks')
    const method = report.requestType ?? report.method ?? ''
    if (typeof report.name !== 'string' || report.name === '') throw invalid('without a name', "name: 'orders/created'")
    const now = meter.now()
    const given = report.responseTime ?? report.durationMs
    const startedAt = report.startedAt === undefined ? now - (given ?? 0) : toMonotonic(report.startedAt)
    const durationMs = given ?? Math.max(0, now - startedAt)
    if (given === undefined && report.startedAt === undefined)
      throw invalid('without a responseTime', 'set responseTime in ms, or startedAt')
    if (!(durationMs >= 0 && Number.isFinite(startedAt) && Number.isFinite(durationMs)))
      throw invalid(
        `with the time ${String(given)}`,
        'set responseTime in ms, 0 or more, or startedAt to a value of Date.now()',
      )
    const intendedAt = report.intendedAt === undefined ? Number.NaN : toMonotonic(report.intendedAt)
    const { exception, error } = report
    const failure = error ?? (exception === undefined || exception === null ? undefined : errorName(exception))
    const kind = failure === undefined ? undefined : failureKindOf(exception ?? error)
    const { response, context, url } = report
    const bytes = report.responseLength ?? report.bytes ?? 0
    const details = { exception, response, context, url }
    meter.record(method, report.name, startedAt, startedAt + durationMs, intendedAt, bytes, failure, details, kind)
  }

  #listen(): void {
    if (this.#meter) this.#meter.listener = this.hasListeners ? this.#onSample : undefined
  }

  readonly #onSample = (sample: RequestSample): void => {
    this.deliver(
      Object.assign(sample, {
        requestType: sample.method,
        responseTime: sample.durationMs,
        responseLength: sample.bytes,
      }),
    )
  }
}

/** `performance.now()` is far below, and an epoch time far above, half of when this process started. */
function toMonotonic(at: number): number {
  return at > performance.timeOrigin / 2 ? at - performance.timeOrigin : at
}

function invalid(what: string, hint: string): KatydidError {
  return new KatydidError('LOAD_FILE', `events.request.fire() was called ${what}`, { hint })
}
