import { type RunStats, runStatsOf } from '../environment/run-stats.ts'
import { tracebackOf } from '../environment/traceback.ts'
import { sentenceOf } from '../errors.ts'
import type { EventKind } from '../facts/run-event.ts'
import type { Verdict } from '../facts/verdict.ts'
import { GivenUp, hookTimes } from '../hooks/hook-time.ts'
import { keptNames } from '../plan/kept-names.ts'
import { shortfall } from '../profile/shortfall.ts'
import { RunClock } from '../stats/run-clock.ts'
import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import { conclude } from '../verdict/verdict.ts'
import type { Command } from './commands.ts'
import { RunLoad } from './load/run-load.ts'
import { runningClasses } from './load/running-classes.ts'
import type { MasterOptions } from './master-options.ts'
import { RunRecord } from './record/run-record.ts'
import { RunSeconds } from './record/run-seconds.ts'
import { RunCourse } from './run-course.ts'
import { plainData, RunStarter } from './run-start.ts'
import { WakeableSleep } from './wakeable-sleep.ts'
import { Broadcast } from './workers/broadcast.ts'
import { MessageRouter } from './workers/message-router.ts'
import { Roster } from './workers/roster.ts'
import { waitForWorkers } from './workers/wait-for-workers.ts'
import { WorkerPresence } from './workers/worker-presence.ts'
import type { WorkerInfo } from './workers/worker-record.ts'

/** How often it is looked who has fallen silent. */
const watchMs = 250
/** On a way that has just become 3 s slow, the order to stop and the last report take as long. */
const defaultDrainGraceMs = 8_000

/**
 * One run: wait for workers → start → dispatch and watch → drain → judge. It alone decides how much load there is; whoever wants something of
 * it sends a `Command`.
 */
export class Master {
  readonly #options: MasterOptions
  readonly #clock = new RunClock()
  readonly #course = new RunCourse(this.#clock)
  readonly #roster = new Roster()
  readonly #sleep = new WakeableSleep()
  readonly #record: RunRecord
  readonly #broadcast: Broadcast
  readonly #load: RunLoad
  readonly #seconds: RunSeconds
  readonly #presence: WorkerPresence
  readonly #starter: RunStarter
  readonly #router: MessageRouter
  readonly #hookTimes: ReturnType<typeof hookTimes>
  #stop: Extract<Command, { kind: 'stop' }> | undefined
  /** Of the run, once it is over. */
  #durationMs: number | undefined

  constructor(options: MasterOptions) {
    const { plan, hooks, liveness } = options
    const [clock, course, roster, sleep] = [this.#clock, this.#course, this.#roster, this.#sleep]
    const endless = plan.profile.kind !== 'shape' && options.durationMs === undefined
    const record = (this.#record = new RunRecord(plan.warmup, { endless }))
    const event = (kind: EventKind, text: string) => this.event(kind, text)
    const run = { clock, course, roster, sleep, record, event }
    this.#options = options
    this.#hookTimes = hookTimes(plan)
    this.#broadcast = new Broadcast({ ...options, ...run })
    this.#load = new RunLoad({
      ...options,
      ...run,
      arrivals: options.arrivals && { ...options.arrivals, missingMs: liveness?.missingMs },
      maxRps: plan.guard.maxRps,
      delivery: record.loadDelivery,
      isShape: plan.profile.kind === 'shape',
      isStopped: () => this.#stop !== undefined,
      onRamp: (users) => {
        roster.send({ type: 'spawning_complete', userCount: users })
        hooks.spawningComplete(users)
      },
    })
    const seconds = (this.#seconds = new RunSeconds({
      ...options,
      ...run,
      asked: this.#load.asked,
      maxNames: plan.maxNames,
      keep: keptNames(plan),
      onFinding: ({ text }) => {
        if (this.#stop || course.isOver) return
        this.event('aborted', `run ended early: ${text}`)
        this.command({ kind: 'stop', reason: text, cause: 'threshold' })
      },
    }))
    const presence = (this.#presence = new WorkerPresence({
      ...run,
      limits: liveness,
      reportIntervalMs: plan.stats.reportInterval,
      delivery: record.loadDelivery,
      onBack: (worker) => starter.workerBack(worker),
      onChange: () => {
        seconds.advance()
        sleep.wake()
      },
    }))
    const starter = (this.#starter = new RunStarter(run))
    const command = (command: Command) => this.command(command)
    this.#router = new MessageRouter({ ...options, ...run, starter, presence, seconds, command })
  }

  /** Takes a worker in. Its first message says what it can run. */
  join(id: string, link: Link<ToWorker, ToMaster>, about: Partial<WorkerInfo> = {}): void {
    this.#router.join(id, link, about)
  }

  /** Ids of the workers that are there. */
  get workers(): string[] {
    return this.#roster.available.map(({ id }) => id)
  }

  /** The load has begun: whoever joins now joins a run that can do without. */
  get hasBegun(): boolean {
    return this.#course.hasBegun
  }

  /** What the master's load file sends: to one worker, or to all. */
  post(name: string, data: unknown, workerId?: string): void {
    for (const worker of this.#roster.available)
      if (workerId === undefined || worker.id === workerId) worker.link.send({ type: 'message', name, data })
  }

  /** The one way to order anything of a run. */
  command(command: Command): void {
    switch (command.kind) {
      case 'stop':
        // a master that is taken away before its run is interrupted, whatever else was to end that
        if (command.cause === 'interrupted' && !this.#course.hasBegun) this.#stop = command
        if (command.cause === 'shortage' && !this.#stop) this.#load.cutShort(command.reason)
        this.#stop ??= command
        // who stops a run from within its setup() is to come to setup()'s end
        if (command.cause === 'interrupted' || command.cause === 'workers') this.#hookTimes.before.end(command.reason)
        this.#sleep.wake()
        return
      case 'reset':
        this.#record.reset()
        this.#roster.send({ type: 'reset_stats' })
        this.#options.hooks.resetStats()
    }
  }

  /** Something happened that outputs and criteria should know. */
  event(kind: EventKind, text: string): void {
    this.#broadcast.event(kind, text)
  }

  /** ms since the run's first moment; 0 before it. */
  get elapsedMs(): number {
    return this.#clock.elapsedMs
  }

  /** What all workers have measured so far; its rates are of the same time as the report's, whatever hooks take after it. */
  get stats(): RunStats {
    return runStatsOf(this.#record.all, this.#durationMs ?? this.elapsedMs)
  }

  async run(): Promise<Verdict> {
    const watching = setInterval(() => this.#presence.watch(), watchMs)
    try {
      return await this.#toTheEnd()
    } finally {
      clearInterval(watching)
    }
  }

  async #toTheEnd(): Promise<Verdict> {
    const { hooks } = this.#options
    const { before, after } = this.#hookTimes
    let data: unknown
    const ready = await this.#attempt('init', () => before.within(() => hooks.init()))
    const gathered = await this.#waitForWorkers()
    if (!gathered) {
      await this.#tellTroubles('workers_missing')
      // else a Job that is complete, so that Helm goes on to the verdict
      if (!(await this.#options.platform?.cancel())) this.#starter.refuseReplacements()
    }
    if (ready && gathered)
      if (await this.#attempt('setup', async () => (data = plainData(await before.within(() => hooks.setup())))))
        if (await this.#attempt('testStart', () => before.within(() => hooks.testStart()))) await this.#underLoad(data)
    if (!this.#clock.hasStarted) this.#announce()
    if (this.#stop?.cause === 'interrupted') {
      this.event('interrupted', this.#stop.reason)
      // who interrupts a master takes it away, and its verdict: whoever waits for the workers' Job is not to wait for that
      this.#starter.refuseReplacements()
    }
    await this.#attempt('testStopping', () => after.within(() => hooks.testStopping()))
    await this.#drain()
    this.#course.end()
    const durationMs = (this.#durationMs = this.elapsedMs)
    if (this.#presence.hasGaps) await this.#tellTroubles('worker_trouble')
    await this.#attempt('teardown', () => after.within(() => hooks.teardown(data)))
    await this.#attempt('testStop', () => after.within(() => hooks.testStop()))
    await this.#attempt('quitting', () => after.within(() => hooks.quitting()))
    this.#seconds.takeOwnRest(durationMs)
    // before the outputs are told: a listener that throws is part of the verdict
    await this.#attempt('quit', async () => hooks.quit(this.#judge().exitCode))
    const verdict = await this.#broadcast.finish({
      durationMs,
      health: this.#seconds.health.report(),
      judge: () => this.#judge(),
    })
    // only now: a local worker that has left no longer tells of listeners that throw
    this.#starter.quitAll()
    await this.#sleep.for(0)
    return verdict
  }

  /** Waits for the workers. False where there is no run to be had with them. */
  async #waitForWorkers(): Promise<boolean> {
    const came = await waitForWorkers({
      ...{ expect: 0, maxWaitMs: Number.POSITIVE_INFINITY, ...this.#options.waitForWorkers },
      ...{ roster: this.#roster, sleep: this.#sleep },
      isStopped: () => this.#stop !== undefined,
      event: (kind, text) => this.event(kind, text),
    })
    return came && this.#stop?.cause !== 'workers'
  }

  async #underLoad(data: unknown): Promise<void> {
    const { classes, gaps } = this.#running
    const short = shortfall(this.#options.plan.profile)
    if (short) this.event('profile_short', short)
    for (const gap of gaps) this.event('user_class_missing', gap)
    if (gaps.length > 0) this.command({ kind: 'stop', reason: 'nobody has its users', cause: 'workers' })
    const startsAt = performance.now() + this.#load.aheadMs
    const open = async () => this.#starter.startRun(data, performance.timeOrigin + startsAt)
    if (!(await this.#attempt('setup', open))) return
    await this.#attempt('run', () => this.#load.orderAhead(classes, startsAt))
    this.#announce(startsAt)
    await this.#attempt('run', () => this.#load.dispatch(classes))
  }

  /** The run's first moment; also of one that has come to nothing, since outputs end what they began. */
  #announce(at = performance.now()): void {
    this.#clock.start(Math.min(at, performance.now()))
    this.#broadcast.start(this.#running.classes.map(({ name }) => name))
  }

  get #running() {
    return runningClasses(this.#roster.registered, this.#options.userClasses)
  }

  async #drain(): Promise<void> {
    const { plan, drainGraceMs = defaultDrainGraceMs } = this.#options
    this.#load.end()
    this.#roster.sendAlsoToMissing({ type: 'stop' })
    const since = performance.now()
    // one that is missing may come back, with what it kept
    const waitedFor = () => this.#roster.workers.filter(({ isGone, drained }) => !isGone && !drained)
    const patienceMs = () => plan.stopTimeout + drainGraceMs + this.#roster.roundTripMs
    while (waitedFor().some((worker) => !worker.released) && performance.now() - since < patienceMs())
      await this.#sleep.for(50)
    for (const worker of waitedFor()) this.#presence.giveUp(worker)
    this.#seconds.flush()
    this.#load.countLosses(this.#record, this.#presence)
  }

  /** Why workers did not come, or went: those who were lost cannot say so themselves. */
  async #tellTroubles(kind: EventKind): Promise<void> {
    for (const text of (await this.#options.platform?.troubles()) ?? []) this.event(kind, text)
  }

  /** Runs one phase of user code: what it throws is a finding, and the run still ends in order. */
  async #attempt(phase: string, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run()
      return true
    } catch (error) {
      // of the stop that it was given up for something is said already
      if (error instanceof GivenUp) return false
      const text = sentenceOf(error)
      const { traceback } = tracebackOf(error)
      this.#options.log.error(`${phase} failed: ${text}${traceback && `\n${traceback}`}`)
      this.event('hook_failed', `${phase} failed: ${text}`)
      return false
    }
  }

  #judge(): Verdict {
    return conclude(this.#options.criteria, this.#record)
  }
}
