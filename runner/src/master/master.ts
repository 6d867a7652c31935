import { type RunStats, runStatsOf } from '../environment/run-stats.ts'
import type { EventKind } from '../facts/run-event.ts'
import type { Verdict } from '../facts/verdict.ts'
import { hookTimes } from '../hooks/hook-time.ts'
import { keptNames } from '../plan/kept-names.ts'
import { RunClock } from '../stats/run-clock.ts'
import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import { RunLoad } from './load/run-load.ts'
import type { Command, MasterOptions } from './master-options.ts'
import { Broadcast } from './record/broadcast.ts'
import { RunRecord } from './record/run-record.ts'
import { RunSeconds } from './record/run-seconds.ts'
import { RunCourse } from './run-course.ts'
import { RunPhases } from './run-phases.ts'
import { RunStarter } from './run-start.ts'
import { WakeableSleep } from './wakeable-sleep.ts'
import { MessageRouter } from './workers/message-router.ts'
import { Roster } from './workers/roster.ts'
import { WorkerPresence } from './workers/worker-presence.ts'
import type { WorkerInfo } from './workers/worker-record.ts'

/** How often the master looks which workers are silent. */
const watchMs = 250

/**
 * Conducts one run. It alone decides how much load there is; whoever wants something of it sends a `Command`. What it is made of: the roster
 * of workers with their presence, the load that it asks for, the record of what they report, and the phases from the first hook to the verdict.
 */
export class Master {
  readonly #options: MasterOptions
  readonly #clock = new RunClock()
  readonly #course = new RunCourse(this.#clock)
  readonly #roster = new Roster()
  readonly #sleep = new WakeableSleep()
  readonly #hookTimes: ReturnType<typeof hookTimes>
  readonly #record: RunRecord
  readonly #broadcast: Broadcast
  readonly #load: RunLoad
  readonly #seconds: RunSeconds
  readonly #starter: RunStarter
  readonly #presence: WorkerPresence
  readonly #router: MessageRouter
  readonly #phases: RunPhases

  constructor(options: MasterOptions) {
    const { plan } = options
    const endless = plan.profile.kind !== 'shape' && options.durationMs === undefined
    this.#options = options
    this.#hookTimes = hookTimes(plan)
    this.#record = new RunRecord(plan.warmup, { endless })
    this.#broadcast = this.#createBroadcast()
    this.#load = this.#createLoad()
    this.#seconds = this.#createSeconds()
    this.#starter = new RunStarter({ clock: this.#clock, course: this.#course, roster: this.#roster })
    this.#presence = this.#createPresence()
    this.#router = this.#createRouter()
    this.#phases = this.#createPhases()
  }

  /** Takes a worker in. Its first message says what it can run. */
  join(id: string, link: Link<ToWorker, ToMaster>, about: Partial<WorkerInfo> = {}): void {
    this.#router.join(id, link, about)
  }

  /** Ids of the workers that are there. */
  get workers(): string[] {
    return this.#roster.available.map(({ id }) => id)
  }

  /** The load has begun. The run does not need workers that join from now on. */
  get hasBegun(): boolean {
    return this.#course.hasBegun
  }

  /** Sends a message of the master's load file to one worker or to all. */
  post(name: string, data: unknown, workerId?: string): void {
    for (const worker of this.#roster.available)
      if (workerId === undefined || worker.id === workerId) worker.link.send({ type: 'message', name, data })
  }

  /** The only way to order anything of a run. */
  command(command: Command): void {
    switch (command.kind) {
      case 'stop': {
        const isFirst = !this.#course.stopRequest
        this.#course.requestStop(command)
        if (command.cause === 'shortage' && isFirst) this.#load.cutShort(command.reason)
        // a stop from within setup() lets setup() come to its end
        if (command.cause === 'interrupted' || command.cause === 'workers') this.#hookTimes.before.end(command.reason)
        this.#sleep.wake()
        return
      }
      case 'reset':
        this.#record.reset()
        this.#roster.send({ type: 'reset_stats' })
        this.#options.hooks.resetStats()
    }
  }

  /** Tells outputs and criteria that something happened. */
  event(kind: EventKind, text: string): void {
    this.#broadcast.event(kind, text)
  }

  /** ms since the run's first moment; 0 before it. */
  get elapsedMs(): number {
    return this.#clock.elapsedMs
  }

  /** What all workers have measured so far. Its rates are about the same time as the report's, however long hooks take afterwards. */
  get stats(): RunStats {
    return runStatsOf(this.#record.all, this.#phases.durationMs ?? this.elapsedMs)
  }

  async run(): Promise<Verdict> {
    const watching = setInterval(() => this.#presence.watch(), watchMs)
    try {
      return await this.#phases.run()
    } finally {
      clearInterval(watching)
    }
  }

  readonly #tell = (kind: EventKind, text: string) => this.event(kind, text)
  readonly #order = (command: Command) => this.command(command)

  #createBroadcast(): Broadcast {
    const { plan, identity, durationMs, criteria, sink, log } = this.#options
    return new Broadcast({
      plan,
      identity,
      durationMs,
      criteria,
      sink,
      log,
      clock: this.#clock,
      roster: this.#roster,
      record: this.#record,
    })
  }

  #createLoad(): RunLoad {
    const { plan, source, durationMs, arrivals, liveness, hooks } = this.#options
    return new RunLoad({
      source,
      durationMs,
      arrivals: arrivals && { ...arrivals, missingMs: liveness?.missingMs },
      maxRps: plan.guard.maxRps,
      isShape: plan.profile.kind === 'shape',
      course: this.#course,
      roster: this.#roster,
      sleep: this.#sleep,
      delivery: this.#record.loadDelivery,
      isStopped: () => this.#course.stopRequest !== undefined,
      event: this.#tell,
      onRamp: (users) => {
        this.#roster.send({ type: 'spawning_complete', userCount: users })
        hooks.spawningComplete(users)
      },
    })
  }

  #createSeconds(): RunSeconds {
    const { plan, criteria, sink, own } = this.#options
    return new RunSeconds({
      criteria,
      sink,
      own,
      maxNames: plan.maxNames,
      keep: keptNames(plan),
      clock: this.#clock,
      roster: this.#roster,
      record: this.#record,
      asked: this.#load.asked,
      event: this.#tell,
      onFinding: ({ text }) => {
        if (this.#course.stopRequest || this.#course.isOver) return
        this.event('aborted', `run ended early: ${text}`)
        this.command({ kind: 'stop', reason: text, cause: 'threshold' })
      },
    })
  }

  #createPresence(): WorkerPresence {
    const { plan, liveness } = this.#options
    return new WorkerPresence({
      limits: liveness,
      reportIntervalMs: plan.stats.reportInterval,
      course: this.#course,
      roster: this.#roster,
      delivery: this.#record.loadDelivery,
      event: this.#tell,
      onBack: (worker) => this.#starter.workerBack(worker),
      onChange: () => {
        this.#seconds.advance()
        this.#sleep.wake()
      },
    })
  }

  #createRouter(): MessageRouter {
    const { hooks, onMessage, feeds } = this.#options
    return new MessageRouter({
      hooks,
      onMessage,
      feeds,
      course: this.#course,
      roster: this.#roster,
      starter: this.#starter,
      presence: this.#presence,
      seconds: this.#seconds,
      sleep: this.#sleep,
      command: this.#order,
      event: this.#tell,
    })
  }

  #createPhases(): RunPhases {
    const { plan, hooks, criteria, platform, userClasses, waitForWorkers, drainGraceMs, log } = this.#options
    return new RunPhases({
      plan,
      hooks,
      criteria,
      platform,
      userClasses,
      waitForWorkers,
      drainGraceMs,
      log,
      hookTimes: this.#hookTimes,
      clock: this.#clock,
      course: this.#course,
      roster: this.#roster,
      sleep: this.#sleep,
      record: this.#record,
      broadcast: this.#broadcast,
      load: this.#load,
      seconds: this.#seconds,
      presence: this.#presence,
      starter: this.#starter,
      command: this.#order,
      event: this.#tell,
    })
  }
}
