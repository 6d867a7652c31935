import type { Log } from '../log.ts'
import type { RunFinish } from '../outputs/output.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { RunEvent, RunInterval } from '../stats/snapshot.ts'
import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import type { Criterion, Verdict } from '../verdict/criterion.ts'
import { conclude } from '../verdict/verdict.ts'
import { AskedUsers } from './asked-users.ts'
import type { Audience } from './audience.ts'
import type { Command } from './commands.ts'
import { type ArrivalCutter, Dispatcher } from './dispatcher.ts'
import { HealthSummary } from './health-summary.ts'
import type { RunHooks } from './hooks.ts'
import { IntervalMerger } from './interval-merger.ts'
import type { LoadSource } from './load-source.ts'
import { Pause } from './pause.ts'
import { plainData } from './plain-data.ts'
import { type Member, Roster } from './roster.ts'
import { RunRecord } from './run-record.ts'

export type { Audience } from './audience.ts'

export interface MasterOptions {
  plan: RunPlan
  source: LoadSource
  durationMs: number | undefined
  arrivals?: { cut: ArrivalCutter; maxUsers: number } | undefined
  criteria: Criterion[]
  hooks: RunHooks
  audience: Audience
  log: Log
  /** What a worker gets beyond `stopTimeout` to abort its users and send its last report. */
  drainGraceMs?: number
}

/** How often the source is asked; finer than any ramp a person can see, coarse enough to cost nothing. */
const tickMs = 25
const defaultDrainGraceMs = 5_000

/**
 * One run: gather → start → dispatch and watch → drain → judge. It alone decides how much load there is; whoever wants something of
 * it sends a `Command`.
 */
export class Master {
  readonly #options: MasterOptions
  readonly #roster = new Roster()
  readonly #record: RunRecord
  readonly #health = new HealthSummary()
  readonly #asked = new AskedUsers()
  readonly #pause = new Pause()
  readonly #intervals = new IntervalMerger((interval) => this.#watch(interval))
  #startedAt = 0
  #startedAtMs = 0
  #stop: Extract<Command, { kind: 'stop' }> | undefined
  #dispatcher: Dispatcher | undefined
  /** Outputs are told of nothing before they are told of the start. */
  #announced = false

  constructor(options: MasterOptions) {
    this.#options = options
    this.#record = new RunRecord(options.plan.warmup)
  }

  /** Takes a worker in. Its first message says what it can run. */
  join(id: string, link: Link<ToWorker, ToMaster>): void {
    const member = this.#roster.add(id, link)
    link.receive((message) => this.#receive(member, message))
    link.closed((reason) => {
      if (!member.stopped && member.state !== 'stopped') this.event('worker_lost', `worker ${id} is gone: ${reason}`)
      member.state = 'stopped'
      this.#pause.wake()
    })
  }

  /** The one way to order anything of a run. */
  command(command: Command): void {
    switch (command.kind) {
      case 'stop':
        this.#stop ??= command
        this.#pause.wake()
        return
      case 'reset':
        this.#record.reset()
        this.#roster.send({ type: 'reset_stats' })
        this.#options.hooks.resetStats()
    }
  }

  /** Something happened that outputs and criteria should know. */
  event(kind: string, text: string): void {
    const event: RunEvent = { atMs: this.#startedAt === 0 ? 0 : this.#elapsedMs(), kind, text }
    this.#record.events.push(event)
    for (const criterion of this.#options.criteria) criterion.event?.(event)
    if (this.#announced) this.#options.audience.event(event)
  }

  async run(): Promise<Verdict> {
    const { hooks, audience } = this.#options
    await this.#gather()
    let data: unknown
    const ready = await this.#attempt('init', () => hooks.init())
    if (ready)
      if (await this.#attempt('setup', async () => (data = plainData(await hooks.setup()))))
        if (await this.#attempt('testStart', () => hooks.testStart())) {
          this.#begin(data)
          await this.#attempt('run', () => this.#dispatch())
        }
    if (!this.#announced) this.#announce()
    if (this.#stop?.cause === 'interrupted') this.event('interrupted', this.#stop.reason)
    await this.#attempt('testStopping', () => hooks.testStopping())
    await this.#drain()
    const durationMs = this.#elapsedMs()
    await this.#attempt('teardown', () => hooks.teardown(data))
    await this.#attempt('testStop', () => hooks.testStop())
    await this.#attempt('quitting', () => hooks.quitting())
    // before the outputs are told: a listener that throws is part of the verdict
    await this.#attempt('quit', async () => hooks.quit(this.#verdict().exitCode))
    await audience.finish(this.#finish(durationMs))
    // only now: a local worker that has left no longer tells of listeners that throw
    this.#roster.send({ type: 'quit' })
    await this.#pause.for(0)
    return this.#verdict()
  }

  async #gather(): Promise<void> {
    while (this.#roster.active.some((member) => member.classes.length === 0) && !this.#stop)
      await this.#pause.for(1_000)
  }

  #begin(data: unknown): void {
    const { source, arrivals } = this.#options
    this.#dispatcher = new Dispatcher({ source, roster: this.#roster, classes: this.#classes, arrivals })
    this.#announce()
    this.#roster.send({ type: 'start', startedAtEpochMs: this.#startedAt, setupData: data })
  }

  /** The run's first moment; also of one that has come to nothing, since outputs end what they began. */
  #announce(): void {
    const { plan, audience, durationMs } = this.#options
    this.#startedAtMs = performance.now()
    this.#startedAt = performance.timeOrigin + this.#startedAtMs
    audience.start({
      plan,
      startedAt: this.#startedAt,
      userClasses: this.#classes.map((info) => info.name),
      durationMs,
      stats: this.#record.all,
    })
    this.#announced = true
    for (const event of this.#record.events) audience.event(event)
  }

  get #classes() {
    return this.#roster.active[0]?.classes ?? []
  }

  async #dispatch(): Promise<void> {
    const dispatcher = this.#dispatcher as Dispatcher
    while (!this.#stop) {
      const more = dispatcher.tick(this.#elapsedMs())
      const { asked } = dispatcher
      this.#asked.note(this.#elapsedMs(), asked && 'users' in asked ? asked.users : undefined)
      if (!more) break
      const users = dispatcher.completedRamp(this.#elapsedMs())
      if (users !== undefined) {
        this.#roster.send({ type: 'spawning_complete', userCount: users })
        this.#options.hooks.spawningComplete(users)
      }
      if (this.#roster.active.length === 0) {
        this.event('no_workers', 'no worker is left')
        break
      }
      if (this.#roster.active.every((member) => member.exhausted) && !this.#options.source.mayRise(this.#elapsedMs())) {
        this.event('exhausted', 'every user has ended')
        break
      }
      await this.#pause.for(tickMs)
    }
  }

  async #drain(): Promise<void> {
    const { plan, drainGraceMs = defaultDrainGraceMs } = this.#options
    this.#asked.note(this.#elapsedMs(), undefined)
    this.#roster.send({ type: 'stop' })
    const deadline = performance.now() + plan.stopTimeout + drainGraceMs
    while (this.#roster.active.some((member) => !member.stopped) && performance.now() < deadline)
      await this.#pause.for(50)
    for (const member of this.#roster.active)
      if (!member.stopped)
        this.event('worker_silent', `worker ${member.id} did not stop in time; its last report is missing`)
    this.#intervals.flush()
  }

  #receive(member: Member, message: ToMaster): void {
    switch (message.type) {
      case 'client_ready':
        member.classes = message.classes
        this.#options.hooks.workerConnect?.(member.id)
        member.link.send({ type: 'ack', index: member.index })
        break
      case 'stats': {
        const expected = this.#roster.active.map((other) => other.id)
        for (const interval of message.intervals) {
          member.sawHealth(interval.health)
          this.#intervals.add(member.id, interval, expected)
        }
        return
      }
      case 'spawning':
        member.state = 'spawning'
        member.exhausted = false // what was said of an older target
        return
      case 'spawning_complete':
        member.state = 'running'
        member.running = message.users
        return
      case 'stop_request':
        if (message.outcome !== 'passed') this.event(`stopped_${message.outcome}`, message.reason)
        this.command({ kind: 'stop', reason: message.reason, cause: 'user' })
        break
      case 'exhausted':
        member.exhausted = true
        break
      case 'event':
        this.event(message.kind, message.text)
        return
      case 'client_stopped':
        member.stopped = true
        member.running = {}
        break
      case 'quit':
        member.state = 'stopped'
        break
      case 'heartbeat':
      case 'message':
        return
    }
    this.#pause.wake()
  }

  /** One complete second of the run. */
  #watch(interval: RunInterval): void {
    const fromMs = interval.second * 1_000
    const targetUsers = this.#asked.lastIn(fromMs, fromMs + interval.durationMs)
    if (targetUsers !== undefined) interval.targetUsers = targetUsers
    for (const health of Object.values(interval.health)) this.#health.add(health)
    this.#record.add(interval)
    for (const criterion of this.#options.criteria) {
      const finding = criterion.interval?.(interval, this.#record)
      if (finding && !this.#stop) {
        this.event('aborted', `run ended early: ${finding.text}`)
        this.command({ kind: 'stop', reason: finding.text, cause: 'threshold' })
      }
    }
    this.#options.audience.interval(interval)
  }

  /** Runs one phase of user code: what it throws is a finding, and the run still ends in order. */
  async #attempt(phase: string, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run()
      return true
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      this.#options.log.error({ phase, err: error }, `${phase} failed`)
      this.event('hook_failed', `${phase} failed: ${text}`)
      return false
    }
  }

  #verdict(): Verdict {
    return conclude(this.#options.criteria, this.#record)
  }

  #finish(durationMs: number): RunFinish {
    const record = this.#record
    const load = record.load.report()
    const verdict = () => this.#verdict()
    return {
      // an output that fails at the very end still counts for those that finish after it
      get verdict() {
        return verdict()
      },
      startedAt: this.#startedAt,
      durationMs,
      stats: record.all,
      series: record.series,
      events: record.events,
      workers: this.#roster.members.map((member) => member.report()),
      health: this.#health.report(),
      users: { peak: record.peakUsers, byClass: record.usersByClass },
      ...(load ? { load } : {}),
      ...(record.openModel ? { arrivals: record.arrivals } : {}),
    }
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAtMs
  }
}
