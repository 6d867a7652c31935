import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { RunFinish } from '../outputs/output.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { formatSpan } from '../stats/format.ts'
import type { RunEvent, StatsDelta } from '../stats/snapshot.ts'
import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import type { Criterion, Verdict } from '../verdict/criterion.ts'
import { conclude } from '../verdict/verdict.ts'
import { type ArrivalCutter, arrivalsBefore } from './arrival-orders.ts'
import { AskedUsers } from './asked-users.ts'
import { Attendance } from './attendance.ts'
import type { Audience } from './audience.ts'
import type { Command } from './commands.ts'
import { Dispatcher } from './dispatcher.ts'
import { gather } from './gathering.ts'
import type { RunHooks } from './hooks.ts'
import type { LivenessLimits } from './liveness.ts'
import type { LoadSource } from './load-source.ts'
import type { MemberAbout } from './member.ts'
import { Pause } from './pause.ts'
import { plainData } from './plain-data.ts'
import { Reception, type ReceptionOptions } from './reception.ts'
import { type Member, Roster } from './roster.ts'
import { RunRecord } from './run-record.ts'
import { RunSeconds } from './run-seconds.ts'

export type { Audience } from './audience.ts'

export interface MasterOptions extends Pick<ReceptionOptions, 'onMessage' | 'leaseRows'> {
  plan: RunPlan
  source: LoadSource
  durationMs: number | undefined
  arrivals?: { cut: ArrivalCutter; maxUsers: number } | undefined
  criteria: Criterion[]
  hooks: RunHooks
  audience: Audience
  log: Log
  /** How many workers must have come before the run begins, and how long they may take; left out: those that have joined. */
  gathering?: { expect: number; maxWaitMs: number } | undefined
  liveness?: Partial<LivenessLimits> | undefined
  /** What the load file records in this process itself: `setup()`, handlers of messages, `teardown()`. */
  own?: { take(): StatsDelta } | undefined
  /** What a worker gets beyond `stopTimeout` to abort its users and send its last report. */
  drainGraceMs?: number
}

/** How often the source is asked; finer than any ramp a person can see, coarse enough to cost nothing. */
const tickMs = 25
/** How often it is looked who has fallen silent. */
const watchMs = 250
const defaultDrainGraceMs = 5_000
/** More than anybody reads; a worker that comes and goes for days is no reason to fill the memory. */
const mostEvents = 2_000

/**
 * One run: gather → start → dispatch and watch → drain → judge. It alone decides how much load there is; whoever wants something of
 * it sends a `Command`.
 */
export class Master {
  readonly #options: MasterOptions
  readonly #roster = new Roster()
  readonly #record: RunRecord
  readonly #asked = new AskedUsers()
  readonly #pause = new Pause()
  readonly #seconds: RunSeconds
  readonly #attendance: Attendance
  readonly #reception: Reception
  #startedAt = 0
  #startedAtMs = 0
  #stop: Extract<Command, { kind: 'stop' }> | undefined
  #dispatcher: Dispatcher | undefined
  /** What late workers are told, once the run has begun. */
  #begun: Extract<ToWorker, { type: 'start' }> | undefined
  #skipped = false
  /** The load is over, or never was. */
  #draining = false
  /** What workers are told at the end: of a run that could not begin none is to be tried again. */
  #quit: Extract<ToWorker, { type: 'quit' }> = { type: 'quit' }
  #ending = false
  #loadEndMs = 0
  /** Outputs are told of nothing before they are told of the start, nor after the end. */
  #announced = false

  constructor(options: MasterOptions) {
    const { plan, criteria, audience, own, hooks, onMessage, leaseRows } = options
    this.#options = options
    this.#record = new RunRecord(plan.warmup)
    const event = (kind: string, text: string) => this.event(kind, text)
    const elapsedMs = () => this.elapsedMs
    const roster = this.#roster
    this.#seconds = new RunSeconds({
      ...{ roster, record: this.#record, asked: this.#asked, criteria, audience, own, elapsedMs, event },
      maxNames: plan.maxNames,
      onFinding: ({ text }) => {
        if (this.#stop || this.#ending) return
        this.event('aborted', `run ended early: ${text}`)
        this.command({ kind: 'stop', reason: text, cause: 'threshold' })
      },
    })
    this.#attendance = new Attendance({
      ...{ roster, event },
      loadMs: () => (this.#draining ? this.#loadEndMs : this.elapsedMs),
      limits: options.liveness,
      reportIntervalMs: plan.stats.reportInterval,
      isGathering: () => !this.hasBegun && !this.#draining,
      isRunning: () => this.hasBegun && !this.#ending,
      onChange: () => {
        this.#seconds.advance()
        this.#pause.wake()
      },
    })
    this.#reception = new Reception({
      ...{ roster, attendance: this.#attendance, seconds: this.#seconds, hooks, onMessage, leaseRows, event },
      onReady: (member) => this.#welcome(member),
      isOver: () => this.#ending,
      command: (command) => this.command(command),
      wake: () => this.#pause.wake(),
    })
  }

  /** Takes a worker in. Its first message says what it can run. */
  join(id: string, link: Link<ToWorker, ToMaster>, about: Partial<MemberAbout> = {}): void {
    const member = this.#roster.add(id, link, about)
    link.receive((message) => this.#reception.take(member, message))
    link.closed((reason) => {
      this.#attendance.vanished(member, `is gone: ${reason}`)
      this.#pause.wake()
    })
  }

  /** Ids of the workers that are there. */
  get workers(): string[] {
    return this.#roster.takers.map(({ id }) => id)
  }

  /** The load has begun: whoever joins now joins a run that can do without. */
  get hasBegun(): boolean {
    return this.#begun !== undefined
  }

  /** What the master's load file sends: to one worker, or to all. */
  post(name: string, data: unknown, workerId?: string): void {
    for (const member of this.#roster.takers)
      if (workerId === undefined || member.id === workerId) member.link.send({ type: 'message', name, data })
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
    const event: RunEvent = { atMs: this.elapsedMs, kind, text }
    const { events } = this.#record
    if (events.length < mostEvents) events.push(event)
    else if (events.length === mostEvents)
      events.push({ ...event, kind: 'events_capped', text: `more than ${mostEvents} events: the rest is not listed` })
    for (const criterion of this.#options.criteria) criterion.event?.(event)
    if (this.#announced && events.length <= mostEvents) this.#options.audience.event(event)
  }

  /** ms since the run's first moment; 0 before it. */
  get elapsedMs(): number {
    return this.#startedAtMs === 0 ? 0 : performance.now() - this.#startedAtMs
  }

  async run(): Promise<Verdict> {
    const watching = setInterval(() => this.#attendance.watch(), watchMs)
    try {
      return await this.#toTheEnd()
    } finally {
      clearInterval(watching)
    }
  }

  async #toTheEnd(): Promise<Verdict> {
    const { hooks, audience } = this.#options
    let data: unknown
    const ready = await this.#attempt('init', () => hooks.init())
    const gathered = await this.#gather()
    if (!gathered) this.#quit = { type: 'quit', exitCode: 3 }
    if (ready && gathered)
      if (await this.#attempt('setup', async () => (data = plainData(await hooks.setup()))))
        if (await this.#attempt('testStart', () => hooks.testStart())) {
          this.#begin(data)
          await this.#attempt('run', () => this.#dispatch())
        }
    if (!this.#announced) this.#announce()
    if (this.#stop?.cause === 'interrupted') this.event('interrupted', this.#stop.reason)
    await this.#attempt('testStopping', () => hooks.testStopping())
    await this.#drain()
    this.#ending = true
    const durationMs = this.elapsedMs
    await this.#attempt('teardown', () => hooks.teardown(data))
    await this.#attempt('testStop', () => hooks.testStop())
    await this.#attempt('quitting', () => hooks.quitting())
    this.#seconds.takeOwnRest(durationMs)
    // before the outputs are told: a listener that throws is part of the verdict
    await this.#attempt('quit', async () => hooks.quit(this.#verdict().exitCode))
    await audience.finish(this.#finish(durationMs))
    this.#announced = false
    // only now: a local worker that has left no longer tells of listeners that throw
    this.#roster.sendAlsoToMissing(this.#quit)
    await this.#pause.for(0)
    return this.#verdict()
  }

  /** Waits for the workers. False where there is no run to be had with them. */
  async #gather(): Promise<boolean> {
    const { expect, maxWaitMs } = this.#options.gathering ?? { expect: 0, maxWaitMs: Number.POSITIVE_INFINITY }
    const came = await gather({
      ...{ roster: this.#roster, expect, maxWaitMs, pause: this.#pause },
      isStopped: () => this.#stop !== undefined,
      event: (kind, text) => this.event(kind, text),
    })
    return came && this.#stop?.cause !== 'workers'
  }

  #begin(data: unknown): void {
    const { source, arrivals } = this.#options
    this.#dispatcher = new Dispatcher({
      source,
      roster: this.#roster,
      classes: this.#classes,
      arrivals,
      maxRps: this.#options.plan.guard.maxRps,
      onSkipped: (ms) => {
        this.#skipped = true
        this.event(
          'arrivals_skipped',
          `arrivals of ${formatSpan(ms)} were not ordered in time: the master stood still, or had no worker`,
        )
      },
    })
    this.#announce()
    this.#begun = { type: 'start', startedAtEpochMs: this.#startedAt, setupData: data }
    for (const member of this.#roster.takers) this.#startOn(member)
  }

  /** A worker is ready. One that comes when the load is over has nothing to do. */
  #welcome(member: Member): void {
    if (this.#draining) member.link.send(this.#quit)
    else this.#startOn(member)
  }

  #startOn(member: Member): void {
    if (!this.#begun || member.started) return
    member.started = true
    member.reportedUntilMs = this.elapsedMs
    member.reportAt = performance.now()
    member.link.send(this.#begun)
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
      series: this.#record.series,
      workers: () => this.#roster.members.map((member) => member.report()),
    })
    this.#announced = true
    for (const event of this.#record.events) audience.event(event)
  }

  /** Those of the first worker that speaks our language: of a Locust worker only names are known. */
  get #classes() {
    const { takers } = this.#roster
    return (takers.find(({ kind }) => kind !== 'locust') ?? takers[0])?.classes ?? []
  }

  async #dispatch(): Promise<void> {
    const dispatcher = this.#dispatcher as Dispatcher
    while (!this.#stop) {
      const more = dispatcher.tick(this.elapsedMs)
      const { asked } = dispatcher
      this.#asked.note(this.elapsedMs, asked && 'users' in asked ? asked.users : undefined)
      if (!more) break
      const users = dispatcher.completedRamp(this.elapsedMs)
      if (users !== undefined) {
        this.#roster.send({ type: 'spawning_complete', userCount: users })
        this.#options.hooks.spawningComplete(users)
      }
      if (this.#roster.members.every((member) => !member.isPresent && member.released)) {
        this.event('no_workers', 'no worker is left')
        break
      }
      const { active } = this.#roster
      if (
        active.length > 0 &&
        active.every((member) => member.exhausted) &&
        !this.#options.source.mayRise(this.elapsedMs)
      ) {
        this.event('exhausted', 'every user has ended')
        break
      }
      await this.#pause.for(tickMs)
    }
  }

  async #drain(): Promise<void> {
    const { plan, drainGraceMs = defaultDrainGraceMs } = this.#options
    this.#draining = true
    this.#loadEndMs = this.elapsedMs
    this.#asked.note(this.#loadEndMs, undefined)
    this.#roster.sendAlsoToMissing({ type: 'stop' })
    const deadline = performance.now() + plan.stopTimeout + drainGraceMs
    // one that is missing may come back, with what it kept
    const waitedFor = () => this.#roster.members.filter(({ state, drained }) => state !== 'stopped' && !drained)
    while (waitedFor().some((member) => !member.released) && performance.now() < deadline) await this.#pause.for(50)
    for (const member of waitedFor()) this.#attendance.giveUp(member)
    this.#seconds.flush()
    this.#countLosses()
  }

  /** What lost workers should have done and nobody has told of. */
  #countLosses(): void {
    this.#record.missingUserSeconds = this.#attendance.missingUserSeconds
    const { arrivals } = this.#options
    if (!arrivals || !(this.#skipped || this.#attendance.hasGaps)) return
    const offered = arrivalsBefore(arrivals.cut, this.#loadEndMs)
    const untold = Math.floor(offered - this.#record.arrivals.offered)
    // one arrival of each worker may lie on the end's other side
    if (untold > this.#roster.members.length) this.#record.loseArrivals(untold)
  }

  /** Runs one phase of user code: what it throws is a finding, and the run still ends in order. */
  async #attempt(phase: string, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run()
      return true
    } catch (error) {
      const text = messageOf(error)
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
      health: this.#seconds.health.report(),
      users: { peak: record.peakUsers, byClass: record.usersByClass },
      ...(load ? { load } : {}),
      ...(record.openModel ? { arrivals: record.arrivals } : {}),
    }
  }
}
