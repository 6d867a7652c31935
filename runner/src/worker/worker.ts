import { messageOf } from '../errors.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { HttpProtocol } from '../protocols/http-protocol.ts'
import { RequestGate } from '../protocols/request-gate.ts'
import { RequestAborted } from '../protocols/transport-errors.ts'
import { Meter } from '../stats/meter.ts'
import { Recorder } from '../stats/recorder.ts'
import type { StatsDelta, WorkerInterval } from '../stats/snapshot.ts'
import type { Link } from '../transport/link.ts'
import type { Target, ToMaster, ToWorker } from '../transport/messages.ts'
import type { Environment, Runtime } from '../users/environment.ts'
import { RunEnvironment } from '../users/run-environment.ts'
import { bindRuntime } from '../users/runtime.ts'
import { TagFilter } from '../users/tag-filter.ts'
import type { UserClass } from '../users/user.ts'
import { classesWithTasks, describeUserClass } from '../users/user-classes.ts'
import { reportUserError } from '../users/user-errors.ts'
import { HealthMonitor } from './health.ts'
import { Load } from './load.ts'
import { Reporter } from './reporter.ts'
import { UsageEvents } from './usage-events.ts'
import { capText, fileLimitText, guardText } from './warnings.ts'
import { WorkerHooks } from './worker-hooks.ts'

export interface WorkerOptions {
  plan: RunPlan
  link: Link<ToMaster, ToWorker>
  /** The load file's user classes that are to run, by name. */
  classes: ReadonlyMap<string, UserClass>
  params: Readonly<Record<string, unknown>>
  role: Environment['role']
  version: string
  /** Rows of a feed that were asked for. */
  onRows?: ((answer: Extract<ToWorker, { type: 'feed_rows' }>) => void) | undefined
  /** Its place among the workers; left out: it is the only one. */
  index?: number | undefined
  workerCount?: number | undefined
  id?: string | undefined
  /** Follows every HTTP request of every user: for the debugger. */
  trace?: Runtime['trace']
}

const settleCheckMs = 20
/** Runs users as it is told and reports what they measured: join → apply targets → report → leave. */
export class Worker {
  readonly environment: RunEnvironment
  readonly #options: WorkerOptions
  readonly #link: Link<ToMaster, ToWorker>
  readonly #recorder: Recorder
  readonly #http: HttpProtocol
  readonly #runtime: Runtime
  readonly #unbind: () => void
  readonly #classes: ReadonlyMap<string, UserClass>
  readonly #load: Load
  readonly #health = new HealthMonitor()
  readonly #reporter: Reporter
  readonly #hooks: WorkerHooks
  /** Settled when users may be started. */
  #ready: Promise<void> = Promise.resolve()
  #startedAtMs = Number.NaN
  #target: Target | undefined
  #stopping = false
  /** Its last report is out. */
  #reported = false
  #ended: Promise<void> | undefined

  constructor(options: WorkerOptions) {
    const { plan, link, params, role } = options
    this.#options = options
    this.#link = link
    this.#recorder = new Recorder({
      maxNames: plan.maxNames,
      onCap: (what) => this.#tell(`${what}_capped`, capText(what, plan.maxNames)),
    })
    const meter = new Meter(this.#recorder)
    this.#http = new HttpProtocol(plan.http, meter)
    this.#http.onFileLimit = () => this.#tell('file_limit', fileLimitText)
    this.#http.gate = this.#gate()
    this.#http.onWarning = (text) => this.#tell('warning', text)
    this.environment = new RunEnvironment({
      host: plan.host,
      role,
      meter,
      params,
      runClock: () => this.#elapsedMs(),
      ...(role === 'worker'
        ? {
            post: (name: string, data: unknown) => link.send({ type: 'message', name, data }),
            workers: () => [this.#id],
            workerIndex: () => options.index ?? 0,
            workerCount: () => options.workerCount ?? 1,
          }
        : {}),
      onMessageError: (name, error) =>
        this.#tell('listener_failed', `a handler of message ${name} threw: ${messageOf(error)}`),
      onStop: (reason, outcome) => link.send({ type: 'stop_request', reason, outcome }),
    })
    this.#hooks = new WorkerHooks(this.environment)
    this.#runtime = {
      environment: this.environment,
      meter,
      http: this.#http,
      trace: options.trace,
      tags: new TagFilter(plan.tags, plan.excludeTags),
      onListenerError: (hook, error) =>
        this.#tell('listener_failed', `a listener of ${hook} threw: ${messageOf(error)}`),
    }
    this.#unbind = bindRuntime(this.#runtime)
    this.#classes = classesWithTasks(options.classes, this.#runtime)
    this.#load = new Load({
      plan,
      runtime: this.#runtime,
      classes: this.#classes,
      runClock: () => this.#elapsedMs(),
      onExhausted: () => link.send({ type: 'exhausted' }),
    })
    const usage = new UsageEvents(this.environment)
    this.#reporter = new Reporter({
      recorder: this.#recorder,
      health: this.#health,
      users: () => this.#load.counts(),
      arrivals: () => this.#load.takeArrivals(),
      elapsedMs: () => this.#elapsedMs(),
      send: (intervals) => this.#report(intervals),
      reportIntervalMs: plan.stats.reportInterval,
      onHealth: (health) => usage.tell(health),
    })
  }

  /** Joins the master; everything else is in answer to what it says. */
  async join(): Promise<void> {
    const classes = [...this.#classes].map(([name, userClass]) => describeUserClass(name, userClass))
    process.on('unhandledRejection', this.#forgotten)
    await this.#hooks.fire('init')
    this.#link.receive((message) => this.#receive(message))
    this.#link.send({ type: 'client_ready', version: this.#options.version, classes })
  }

  /** The master has not been heard for as long as its orders are good for: users end, until it is there again and orders anew. */
  suspend(): void {
    if (this.#stopping || !this.#target) return
    this.#link.send({ type: 'suspended', newest: this.#newest, atMs: this.#elapsedMs() })
    this.#load.suspend()
    this.#sayWhenSettled(this.#target)
  }

  /** For a master that does not order anew what it has ordered once: Locust's. */
  resume(): void {
    if (!this.#target || this.#stopping) return
    this.#load.apply(this.#target)
    this.#sayWhenSettled(this.#target)
  }

  /** What was recorded after the last report: `teardown()` and its like, in a process that is the master's, too. */
  takeRest(): StatsDelta {
    return this.#reported ? this.#recorder.take() : { requests: [], errors: [], exceptions: [], metrics: [] }
  }

  /** The master has answered a heartbeat. */
  heard(): void {
    this.#hooks.heartbeat(this.#id)
  }

  #report(intervals: WorkerInterval[]): void {
    const added = this.#hooks.report(this.#id)
    const extra = added && this.#plain(added)
    this.#link.send({ type: 'stats', intervals, ...(extra ? { extra } : {}) })
  }

  /** What user code made, as JSON: nothing of it may keep a report from being sent. */
  #plain(data: Record<string, unknown>): Record<string, unknown> {
    if (Object.keys(data).length === 0) return data
    try {
      return JSON.parse(JSON.stringify(data))
    } catch (error) {
      this.#tell('listener_failed', `a listener of reportToMaster added what is not JSON: ${messageOf(error)}`)
      return {}
    }
  }

  get #newest(): number {
    return this.#target?.timestamp ?? 0
  }

  get #id(): string {
    return this.#options.id ?? 'worker'
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        this.environment.data = message.setupData
        this.#startedAtMs = message.startedAtEpochMs - performance.timeOrigin
        this.#health.start()
        this.#reporter.start()
        this.#ready = this.#hooks.fire('testStart')
        return
      case 'spawn':
        void this.#ready.then(() => this.#apply(message.target))
        return
      case 'spawning_complete':
        this.#hooks.spawningComplete(message.userCount)
        return
      case 'guard':
        this.#http.gate?.limit(message.maxRps)
        return
      case 'reset_stats':
        this.#reporter.reset()
        this.#hooks.resetStats()
        return
      case 'stop':
        void this.#stop()
        return
      case 'quit':
        void this.#leave(message.exitCode ?? 0)
        return
      case 'message':
        this.environment.deliver(message.name, message.data, 'master')
        return
      case 'feed_rows':
        this.#options.onRows?.(message)
        return
      case 'ack':
        return
    }
  }

  /** Until the master says what this worker's part is, it is that of one among those expected. */
  #gate(): RequestGate | undefined {
    const { plan, workerCount = 1 } = this.#options
    const { maxRps } = plan.guard
    if (maxRps === undefined) return undefined
    return new RequestGate(
      maxRps / workerCount,
      () => performance.now(),
      () => this.#tell('guard_reached', guardText(maxRps)),
    )
  }

  #apply(target: Target): void {
    if (target.timestamp <= this.#newest || this.#stopping) return
    this.#target = target
    this.#reporter.applying()
    this.#link.send({ type: 'spawning' })
    this.#load.apply(target)
    this.#reporter.applied()
    this.#sayWhenSettled(target)
  }

  /** The newest target is the one that can be complete. */
  #sayWhenSettled(target: Target): void {
    if (target.timestamp !== this.#newest) return
    if (this.#load.settled) {
      this.#reporter.settled()
      const users = this.#load.counts()
      this.#link.send({ type: 'spawning_complete', users, of: target.timestamp })
    } else setTimeout(() => this.#sayWhenSettled(target), settleCheckMs)
  }

  async #stop(): Promise<void> {
    if (this.#stopping) return
    this.#ended = this.#end(true)
    await this.#ended
    this.#link.send({ type: 'client_stopped' })
  }

  /** Users end, everything measured is reported. `withRun`: the run ends, too, and its last second is of those that ran until then. */
  async #end(withRun: boolean): Promise<void> {
    this.#stopping = true
    await this.#ready
    await this.#hooks.fire('testStopping')
    if (withRun) this.#reporter.ending()
    await this.#load.stop()
    await this.#http.close() // requests no task waited for belong to the last report too, as aborted
    if (!Number.isNaN(this.#startedAtMs)) this.#reporter.stop()
    this.#reported = true
    await this.#hooks.fire('testStop')
  }

  /** Leaves before the run is over, with everything that was measured. */
  async leaveEarly(): Promise<void> {
    this.#ended ??= this.#end(false)
    await this.#ended
    await this.#leave(0)
  }

  async #leave(exitCode: number): Promise<void> {
    await this.#hooks.fire('quitting')
    this.#hooks.quit(exitCode)
    this.#health.stop()
    process.off('unhandledRejection', this.#forgotten)
    this.#unbind()
    this.#link.send({ type: 'quit' })
    this.#link.close()
  }

  /** A promise of the user's code that nobody awaited: an exception as any other, not the end of the process. */
  readonly #forgotten = (error: unknown): void => {
    if (!(error instanceof RequestAborted)) reportUserError(this.#runtime, undefined, error)
  }

  #tell(kind: string, text: string): void {
    this.#link.send({ type: 'event', kind, text })
  }

  #elapsedMs(): number {
    return Number.isNaN(this.#startedAtMs) ? 0 : performance.now() - this.#startedAtMs
  }
}
