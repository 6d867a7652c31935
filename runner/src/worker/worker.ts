import type { RunEnvironment } from '../environment/run-environment.ts'
import { RunClock } from '../stats/run-clock.ts'
import type { StatsDelta } from '../stats/snapshot.ts'
import type { UserClass } from '../tasks/user.ts'
import { classesWithTasks, describeUserClass } from '../tasks/user-classes.ts'
import type { ToWorker } from '../transport/messages.ts'
import { HealthMonitor } from './health.ts'
import { Load } from './load.ts'
import { Orders } from './orders.ts'
import { redactedLink } from './redacted-link.ts'
import { Reporter } from './reporter.ts'
import { UsageEvents } from './usage-events.ts'
import { WorkerHooks } from './worker-hooks.ts'
import type { WorkerOptions } from './worker-options.ts'
import { WorkerRuntime } from './worker-runtime.ts'

/** Runs users as it is told and reports what they measured: join → apply targets → report → leave. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #clock = new RunClock()
  readonly #runtime: WorkerRuntime
  readonly #hooks: WorkerHooks
  readonly #classes: ReadonlyMap<string, UserClass>
  readonly #load: Load
  readonly #health = new HealthMonitor()
  readonly #reporter: Reporter
  readonly #orders: Orders
  /** Settled when users may be started. */
  #ready: Promise<void> = Promise.resolve()
  /** Its last report is out. */
  #reported = false
  #ended: Promise<void> | undefined

  constructor(given: WorkerOptions) {
    const options = { ...given, link: redactedLink(given.link) }
    const { plan, link, id = 'worker' } = options
    const clock = this.#clock
    this.#options = options
    const runtime = (this.#runtime = new WorkerRuntime({ ...options, id, clock }))
    const hooks = (this.#hooks = new WorkerHooks({
      ...{ plan, clientId: id, environment: runtime.environment },
      tell: (kind, text) => runtime.tell(kind, text),
    }))
    const classes = (this.#classes = classesWithTasks(options.classes, runtime))
    const load = (this.#load = new Load({
      plan,
      runtime,
      classes,
      pick: options.pick,
      runClock: () => clock.elapsedMs,
      onExhausted: () => link.send({ type: 'exhausted' }),
    }))
    const usage = new UsageEvents(runtime.environment)
    const reporter = (this.#reporter = new Reporter({
      recorder: runtime.meter.recorder,
      health: this.#health,
      users: () => load.counts(),
      left: () => load.left,
      unbegunMs: (elapsedMs) => load.unbegunMs(elapsedMs),
      arrivals: () => load.takeArrivals(),
      waiting: () => runtime.takeWaiting(),
      elapsedMs: () => clock.elapsedMs,
      send(intervals) {
        const extra = hooks.report()
        link.send({ type: 'stats', intervals, ...(extra ? { extra } : {}) })
      },
      reportIntervalMs: plan.stats.reportInterval,
      onHealth: (health) => usage.tell(health),
    }))
    this.#orders = new Orders({ clock, link, load, reporter })
  }

  get environment(): RunEnvironment {
    return this.#runtime.environment
  }

  /** Joins the master; everything else is in answer to what it says. */
  async join(): Promise<void> {
    const { link, version } = this.#options
    const classes = [...this.#classes].map(([name, userClass]) => describeUserClass(name, userClass))
    this.#runtime.open()
    await this.#hooks.fire('init')
    link.receive((message) => this.#receive(message))
    link.send({ type: 'client_ready', version, classes })
  }

  /** The master has not been heard for as long as its orders are good for. */
  suspend(): void {
    this.#orders.suspend()
  }

  /** A master that orders nothing twice is heard again. */
  resume(): void {
    this.#orders.resume()
  }

  /** What was recorded after the last report: `teardown()` and its like, in a process that is the master's, too. */
  takeRest(): StatsDelta {
    return this.#reported
      ? this.#runtime.meter.recorder.take()
      : { requests: [], errors: [], exceptions: [], metrics: [] }
  }

  /** The master has answered a heartbeat. */
  heard(): void {
    this.#hooks.heartbeat()
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        this.environment.data = message.setupData
        this.#clock.start(message.startedAtEpochMs - performance.timeOrigin)
        this.#health.start()
        this.#reporter.start()
        this.#ready = this.#hooks.fire('testStart')
        return
      case 'credentials':
        this.#runtime.takeCredentials(message)
        return
      case 'spawn':
        void this.#ready.then(() => this.#orders.apply(message.target))
        return
      case 'spawning_complete':
        this.#hooks.spawningComplete(message.userCount)
        return
      case 'guard':
        this.#runtime.http.gate?.limit(message.maxRps)
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

  async #stop(): Promise<void> {
    if (this.#ended) return
    this.#ended = this.#end(true)
    await this.#ended
    this.#options.link.send({ type: 'client_stopped' })
  }

  /** Users end, everything measured is reported. `withRun`: the run ends, too, and its last second is of those that ran until then. */
  async #end(withRun: boolean): Promise<void> {
    this.#orders.end()
    await this.#ready
    await this.#hooks.fire('testStopping')
    if (withRun) this.#reporter.ending()
    await this.#load.stop()
    await this.#runtime.http.close() // requests no task waited for belong to the last report too, as aborted
    this.#runtime.giveUpMeasured()
    if (this.#clock.hasStarted) this.#reporter.stop()
    this.#reported = true
    await this.#hooks.fire('testStop')
  }

  /** Leaves before the run is over, with everything that was measured. */
  async leaveEarly(): Promise<void> {
    this.#hooks.giveUpStart()
    this.#ended ??= this.#end(false)
    await this.#ended
    await this.#leave(0)
  }

  async #leave(exitCode: number): Promise<void> {
    await this.#hooks.fire('quitting')
    this.#hooks.quit(exitCode)
    this.#health.stop()
    this.#runtime.close()
    this.#options.link.send({ type: 'quit' })
    this.#options.link.close()
  }
}
