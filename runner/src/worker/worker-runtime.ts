import type { StopTest } from '../environment/control-flow.ts'
import type { Runtime } from '../environment/environment.ts'
import { RunEnvironment } from '../environment/run-environment.ts'
import { TagFilter } from '../environment/tag-filter.ts'
import { messageOf } from '../errors.ts'
import type { EventKind } from '../facts/run-event.ts'
import { bindRuntime } from '../hooks/runtime.ts'
import { keptNames } from '../plan/kept-names.ts'
import { formatRate } from '../plan/rate.ts'
import { HttpProtocol } from '../protocols/http-protocol.ts'
import { RequestGate } from '../protocols/request-gate.ts'
import { RequestAborted } from '../protocols/transport-errors.ts'
import { hidePlanned } from '../protocols/url-credentials.ts'
import { reportUserError } from '../running/user-errors.ts'
import { Meter } from '../stats/meter.ts'
import { type Capped, Recorder } from '../stats/recorder.ts'
import type { RunClock } from '../stats/run-clock.ts'
import type { WaitingState } from '../stats/snapshot.ts'
import type { WaitingVisitor } from '../stats/under-way.ts'
import { onStrayErrors } from '../stray-errors.ts'
import type { ToWorker } from '../transport/messages.ts'
import type { WorkerOptions } from './worker-options.ts'

export interface WorkerRuntimeOptions
  extends Pick<WorkerOptions, 'plan' | 'params' | 'role' | 'index' | 'workerCount' | 'trace' | 'stats'> {
  id: string
  clock: RunClock
  link: Pick<WorkerOptions['link'], 'send'>
}

/** What the users of a worker are made with; what goes wrong in it the master is told. */
export class WorkerRuntime implements Runtime {
  readonly meter: Meter
  http: HttpProtocol
  readonly environment: RunEnvironment
  readonly trace: Runtime['trace']
  readonly tags: TagFilter
  readonly #options: WorkerRuntimeOptions
  readonly #link: WorkerRuntimeOptions['link']
  readonly #unbind: () => void
  #stopHearing: () => void = () => {}

  constructor(options: WorkerRuntimeOptions) {
    const { plan, link, trace } = options
    this.#options = options
    this.#link = link
    this.meter = new Meter(
      new Recorder({
        maxNames: plan.maxNames,
        keep: keptNames(plan),
        onCap: (what) => this.tell(`${what}_capped`, capText(what, plan.maxNames)),
      }),
    )
    this.http = this.#openHttp(options)
    this.environment = this.#environmentOf(options)
    this.trace = trace
    this.tags = new TagFilter(plan.tags, plan.excludeTags)
    this.#unbind = bindRuntime(this)
  }

  onListenerError(hook: string, error: unknown): void {
    this.tell('listener_failed', `a listener of ${hook} threw an error: ${messageOf(error)}`)
  }

  end(stop: StopTest): void {
    this.environment.end(stop)
  }

  /** Something the run should know. */
  tell(kind: EventKind, text: string): void {
    this.#link.send({ type: 'event', kind, text })
  }

  /** The requests under way, and how long each has waited: of HTTP, and of whatever else is measured. */
  takeWaiting(): WaitingState[] {
    const { meter, http } = this
    const now = meter.now()
    const note: WaitingVisitor = (method, name, startedAt) =>
      meter.recorder.request(method, name).waits(Math.max(0, now - startedAt))
    http.eachWaiting(note)
    meter.underWay.each(note)
    return meter.recorder.takeWaiting()
  }

  /** What is measured by code that did not come back is over, too. */
  giveUpMeasured(): void {
    const { meter } = this
    const now = meter.now()
    meter.underWay.giveUp((method, name, startedAt) => meter.recorder.request(method, name).abort(now - startedAt))
  }

  /** What the plan was sent without: before there are users. */
  takeCredentials({ host, proxy }: Omit<Extract<ToWorker, { type: 'credentials' }>, 'type'>): void {
    hidePlanned(host, proxy)
    if (host !== undefined) this.environment.host = host
    if (proxy === undefined) return
    const { plan } = this.#options
    void this.http.close()
    this.http = this.#openHttp({ ...this.#options, plan: { ...plan, http: { ...plan.http, proxy } } })
  }

  /** From now on user code may run, also such as nobody waits for. */
  open(): void {
    this.#stopHearing = onStrayErrors(this.#stray)
  }

  close(): void {
    this.#stopHearing()
    this.#unbind()
  }

  #openHttp({ plan, workerCount = 1 }: WorkerRuntimeOptions): HttpProtocol {
    const http = new HttpProtocol(plan.http, this.meter)
    http.onFileLimit = () => this.tell('file_limit', fileLimitText)
    http.onUnknownName = (name, code) => this.tell('name_unknown', unknownNameText(name, code))
    http.onWarning = (text) => this.tell('warning', text)
    const { maxRps } = plan.guard
    // until the master says what this worker's part is, it is that of one among those expected
    if (maxRps !== undefined)
      http.gate = new RequestGate(
        maxRps / workerCount,
        () => performance.now(),
        () => this.tell('guard_reached', guardText(maxRps)),
      )
    return http
  }

  #environmentOf({
    plan,
    role,
    params,
    id,
    index,
    workerCount,
    clock,
    link,
    stats,
  }: WorkerRuntimeOptions): RunEnvironment {
    return new RunEnvironment({
      host: plan.host,
      role,
      meter: this.meter,
      params,
      runClock: () => clock.elapsedMs,
      stats,
      ...(role === 'worker'
        ? {
            post: (name: string, data: unknown) => link.send({ type: 'message', name, data }),
            workers: () => [id],
            workerIndex: () => index ?? 0,
            workerCount: () => workerCount ?? 1,
          }
        : {}),
      onMessageError: (name, error) =>
        this.tell('listener_failed', `a handler of message ${name} threw an error: ${messageOf(error)}`),
      onStop: (reason, outcome, cutShort) =>
        link.send({ type: 'stop_request', reason, outcome, ...(cutShort ? { cutShort } : {}) }),
    })
  }

  /** What the user's code throws where nobody waits for it: an exception as any other, not the end of the process. */
  readonly #stray = (error: unknown): void => {
    if (!(error instanceof RequestAborted)) reportUserError(this, undefined, error)
  }
}

/** What a worker says of limits that are reached: what it means for the numbers, and what to do. */

function capText(what: Capped, maxNames: number): string {
  return what === 'names' ? `more than ${maxNames} request names: the rest is counted as (other)` : capTexts[what]
}

const capTexts: Record<Exclude<Capped, 'names'>, string> = {
  errors: 'too many different errors: the rest is counted as (other); remove ids and other values from their texts',
  exceptions:
    'too many different exceptions: the rest is counted as (other); remove ids and other values from their messages',
  metrics: 'too many metrics: the rest is counted as (other …); remove ids and other values from their names',
}

const fileLimitText =
  'this process has reached its limit of open files (ulimit -n): further connections fail with EMFILE. Raise the limit, use more workers, or set http.keepAlive: false'

/** @param maxRps requests per second, of all workers */
function guardText(maxRps: number): string {
  return `guard.maxRps ${formatRate(maxRps)} is reached: further requests wait`
}

function unknownNameText(name: string, code: string): string {
  return `cannot resolve the name ${name} (${code}): check its spelling, and check that this machine or pod can reach its DNS servers`
}
