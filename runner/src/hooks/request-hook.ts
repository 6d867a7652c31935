import { currentRuntime } from '../environment/current-runtime.ts'
import { KatydidError } from '../errors.ts'
import { errorName } from '../stats/error-name.ts'
import { failureKindOf } from '../stats/failure-kind.ts'
import type { Meter, RequestSample } from '../stats/meter.ts'
import { EventHook, type Listener } from './event-hook.ts'

/** What a listener of `events.request` gets: the sample, also under Locust's names. */
export interface RequestEvent extends RequestSample {
  /** `method`. */
  readonly requestType: string
  /** `durationMs`. */
  readonly responseTime: number
  /** `bytes`. */
  readonly responseLength: number
}

/**
 * A request of a protocol of your own, made known by `events.request.fire`: it is counted like any other. Times are ms.
 * Moments (`startedAt`, `intendedAt`) are either epoch ms (`Date.now()`) or `performance.now()` ms; which it is shows from
 * their size.
 */
export interface RequestReport {
  name: string
  /** The protocol or verb; `method` is the same. */
  requestType?: string
  method?: string
  /** How long it took; `durationMs` is the same. Without it, the time from `startedAt` to now. */
  responseTime?: number
  durationMs?: number
  /** Bytes received; `bytes` is the same. 0 by default. */
  responseLength?: number
  bytes?: number
  /** Set for a failure: what was thrown, or the sentence to group by. */
  exception?: unknown
  error?: string | null
  response?: unknown
  context?: Record<string, unknown>
  url?: string
  /** When it began; without it, so long before now as it took. */
  startedAt?: number
  /** When it should have begun by its schedule, where there is one: latency is then also counted from there. */
  intendedAt?: number
}

/** `events.request`: firing it records a sample. */
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

  /** Counts a request, then tells the listeners of it. Throws a KatydidError for one without name or with impossible times. */
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
