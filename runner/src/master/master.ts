import { KatydidError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { RunFinish } from '../outputs/output.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { formatSpan } from '../stats/format.ts'
import { isEmptyDelta, mergeDeltas } from '../stats/merge.ts'
import type { RunEvent, RunInterval, StatsDelta } from '../stats/snapshot.ts'
import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import type { Criterion, Verdict } from '../verdict/criterion.ts'
import { conclude } from '../verdict/verdict.ts'
import { absentIndexes } from './absent-indexes.ts'
import { type ArrivalCutter, arrivalsBefore } from './arrival-orders.ts'
import { AskedUsers } from './asked-users.ts'
import { Attendance } from './attendance.ts'
import type { Audience } from './audience.ts'
import type { Command } from './commands.ts'
import { Dispatcher } from './dispatcher.ts'
import { HealthSummary } from './health-summary.ts'
import type { RunHooks } from './hooks.ts'
import { IntervalMerger } from './interval-merger.ts'
import type { LivenessLimits } from './liveness.ts'
import type { LoadSource } from './load-source.ts'
import type { MemberKind } from './member.ts'
import { NameCap } from './name-cap.ts'
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
  /** How many workers must have come before the run begins, and how long they may take; left out: those that have joined. */
  gathering?: { expect: number; maxWaitMs: number } | undefined
  liveness?: Partial<LivenessLimits> | undefined
  /** What load files of workers send. */
  onMessage?: ((name: string, data: unknown, from: string) => void) | undefined
  /** What the load file records in this process itself: `setup()`, handlers of messages, `teardown()`. */
  own?: { take(): StatsDelta } | undefined
  /** Rows of feeds for workers. */
  leaseRows?: ((feed: string, count: number) => Promise<readonly unknown[]>) | undefined
  /** What a worker gets beyond `stopTimeout` to abort its users and send its last report. */
  drainGraceMs?: number
}

/** How often the source is asked; finer than any ramp a person can see, coarse enough to cost nothing. */
const tickMs = 25
/** How often it is looked who has fallen silent. */
const watchMs = 250
const crowd = 32
const advanceMs = 100
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
  readonly #attendance: Attendance
  readonly #names: NameCap
  #dispatcher: Dispatcher | undefined
  /** What late workers are told, once the run has begun. */
  #begun: Extract<ToWorker, { type: 'start' }> | undefined
  #skipped = false
  #ending = false
  #advancing: NodeJS.Timeout | undefined
  #loadEndMs = 0
  /** Outputs are told of nothing before they are told of the start. */
  #announced = false

  constructor(options: MasterOptions) {
    this.#options = options
    this.#record = new RunRecord(options.plan.warmup)
    this.#names = new NameCap(options.plan.maxNames, () =>
      this.event(
        'names_capped',
        `more than ${options.plan.maxNames} request names over all workers: the rest is counted as (other)`,
      ),
    )
    this.#attendance = new Attendance({
      roster: this.#roster,
      limits: options.liveness,
      elapsedMs: () => this.#elapsedMs(),
      isRunning: () => this.#begun !== undefined && !this.#ending,
      event: (kind, text) => this.event(kind, text),
      onChange: () => {
        this.#intervals.advance(this.#reporting())
        this.#pause.wake()
      },
    })
  }

  /** Takes a worker in. Its first message says what it can run. */
  join(id: string, link: Link<ToWorker, ToMaster>, how: { kind?: MemberKind; index?: number } = {}): void {
    const member = this.#roster.add(id, link, how.kind, how.index)
    link.receive((message) => this.#receive(member, message))
    link.closed((reason) => {
      if (!member.stopped && member.state !== 'stopped' && !this.#ending)
        this.#attendance.lose(member, `is gone: ${reason}`)
      member.state = 'stopped'
      this.#attendance.release(member)
      this.#pause.wake()
    })
  }

  /** Ids of the workers that are there. */
  get workers(): string[] {
    return this.#roster.takers.map(({ id }) => id)
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
    const event: RunEvent = { atMs: this.#startedAt === 0 ? 0 : this.#elapsedMs(), kind, text }
    this.#record.events.push(event)
    for (const criterion of this.#options.criteria) criterion.event?.(event)
    if (this.#announced) this.#options.audience.event(event)
  }

  /** ms since the run's first moment; 0 before it. */
  get elapsedMs(): number {
    return this.#startedAtMs === 0 ? 0 : this.#elapsedMs()
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
    const durationMs = this.#elapsedMs()
    await this.#attempt('teardown', () => hooks.teardown(data))
    await this.#attempt('testStop', () => hooks.testStop())
    await this.#attempt('quitting', () => hooks.quitting())
    this.#watchOwnRest(durationMs)
    // before the outputs are told: a listener that throws is part of the verdict
    await this.#attempt('quit', async () => hooks.quit(this.#verdict().exitCode))
    await audience.finish(this.#finish(durationMs))
    // only now: a local worker that has left no longer tells of listeners that throw
    // expected workers that never came: those who did are of no use to this run, and none is to be tried again
    this.#roster.send(gathered ? { type: 'quit' } : { type: 'quit', exitCode: 3 })
    await this.#pause.for(0)
    return this.#verdict()
  }

  /** Waits for the workers. False where they did not come. */
  async #gather(): Promise<boolean> {
    const { expect, maxWaitMs } = this.#options.gathering ?? { expect: 0, maxWaitMs: Number.POSITIVE_INFINITY }
    const since = performance.now()
    const missing = () =>
      this.#roster.active.some((member) => member.classes.length === 0) || this.#roster.takers.length < expect
    while (missing() && !this.#stop) {
      const leftMs = maxWaitMs - (performance.now() - since)
      if (leftMs <= 0) {
        const { takers } = this.#roster
        const ids = takers.map(({ id }) => id)
        const absent = absentIndexes(ids, expect)
        const there = `there are ${ids.join(', ')}${absent === '' ? '' : `; missing are ${absent}`}`
        const came = ids.length === 0 ? 'none came' : there
        const text = `${takers.length} of ${expect} expected workers came within ${formatSpan(maxWaitMs)}: ${came}`
        this.event('workers_missing', text)
        return false
      }
      await this.#pause.for(Math.min(leftMs, 1_000))
    }
    return !(this.#stop?.cause === 'workers')
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

  #startOn(member: Member): void {
    if (!this.#begun || member.started) return
    member.started = true
    member.reportedUntilMs = this.#elapsedMs()
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
      const more = dispatcher.tick(this.#elapsedMs())
      const { asked } = dispatcher
      this.#asked.note(this.#elapsedMs(), asked && 'users' in asked ? asked.users : undefined)
      if (!more) break
      const users = dispatcher.completedRamp(this.#elapsedMs())
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
        !this.#options.source.mayRise(this.#elapsedMs())
      ) {
        this.event('exhausted', 'every user has ended')
        break
      }
      await this.#pause.for(tickMs)
    }
  }

  async #drain(): Promise<void> {
    const { plan, drainGraceMs = defaultDrainGraceMs } = this.#options
    this.#loadEndMs = this.#elapsedMs()
    this.#asked.note(this.#loadEndMs, undefined)
    this.#roster.send({ type: 'stop' })
    const deadline = performance.now() + plan.stopTimeout + drainGraceMs
    // one that is missing may come back, with what it kept
    const waitedFor = () => this.#roster.members.filter(({ state, stopped }) => state !== 'stopped' && !stopped)
    while (waitedFor().some((member) => !member.released) && performance.now() < deadline) await this.#pause.for(50)
    for (const member of waitedFor()) {
      if (member.state === 'missing') this.#attendance.release(member)
      else this.event('worker_silent', `worker ${member.id} did not stop in time; its last report is missing`)
    }
    clearTimeout(this.#advancing)
    this.#intervals.flush()
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

  /** Looks for complete seconds: at once, but for a crowd of workers a few times a second, since each look asks for all of them. */
  #advanceSoon(): void {
    if (this.#roster.members.length <= crowd) this.#intervals.advance(this.#reporting())
    else
      this.#advancing ??= setTimeout(() => {
        this.#advancing = undefined
        this.#intervals.advance(this.#reporting())
      }, advanceMs)
  }

  /** Workers whose report a second waits for. */
  #reporting(): string[] {
    return this.#roster.members.filter(({ isPresent, started }) => isPresent && started).map(({ id }) => id)
  }

  #receive(member: Member, message: ToMaster): void {
    this.#attendance.heard(member)
    switch (message.type) {
      case 'client_ready':
        member.classes = message.classes
        this.#roster.changes++
        member.link.send({ type: 'ack', index: member.index })
        this.#options.hooks.workerConnect?.(member.id)
        if (this.#ending) member.link.send({ type: 'quit' })
        else this.#startOn(member)
        break
      case 'stats':
        for (const interval of message.intervals) {
          member.reported(interval)
          this.#intervals.add(member.id, interval)
        }
        if (message.extra) this.#options.hooks.workerReport?.(member.id, message.extra)
        this.#advanceSoon()
        return
      case 'spawning':
        member.state = 'spawning'
        member.exhausted = false // what was said of an older target
        return
      case 'spawning_complete':
        member.state = 'running'
        member.said(message.users, message.of)
        this.#roster.changes++
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
      case 'suspended':
        this.#attendance.suspended(member, message)
        return
      case 'client_stopped':
        member.stopped = true
        member.gone()
        break
      case 'quit':
        if (!member.stopped && !this.#ending) this.#attendance.lose(member, 'has left')
        member.state = 'stopped'
        this.#attendance.release(member)
        break
      case 'heartbeat':
        member.sawHealth(message)
        this.#options.hooks.heartbeatSent?.(member.id)
        return
      case 'message':
        this.#options.onMessage?.(message.name, message.data, member.id)
        return
      case 'feed_lease':
        void this.#lease(member, message)
        return
    }
    this.#pause.wake()
  }

  async #lease(member: Member, { feed, request, count }: Extract<ToMaster, { type: 'feed_lease' }>): Promise<void> {
    const answer = { type: 'feed_rows', feed, request } as const
    try {
      if (!this.#options.leaseRows) throw new Error(`the master has no feed ${feed}`)
      member.link.send({ ...answer, rows: await this.#options.leaseRows(feed, count) })
    } catch (error) {
      const hint = error instanceof KatydidError && error.hint ? ` (${error.hint})` : ''
      member.link.send({ ...answer, rows: [], error: `${(error as Error).message}${hint}` })
    }
  }

  /** One complete second of the run. */
  #watch(interval: RunInterval): void {
    interval.stats = this.#names.apply(this.#withOwn(interval.stats))
    const fromMs = interval.second * 1_000
    const targetUsers = this.#asked.lastIn(fromMs, fromMs + interval.durationMs)
    if (targetUsers !== undefined) interval.targetUsers = targetUsers
    for (const health of Object.values(interval.health)) this.#health.add(health)
    this.#record.add(interval)
    for (const criterion of this.#options.criteria) {
      const finding = criterion.interval?.(interval, this.#record)
      if (finding && !this.#stop && !this.#ending) {
        this.event('aborted', `run ended early: ${finding.text}`)
        this.command({ kind: 'stop', reason: finding.text, cause: 'threshold' })
      }
    }
    this.#options.audience.interval(interval)
  }

  #withOwn(stats: StatsDelta): StatsDelta {
    const own = this.#options.own?.take()
    return own && !isEmptyDelta(own) ? mergeDeltas([stats, own]) : stats
  }

  /** What this process recorded after the last second was handed on. */
  #watchOwnRest(runMs: number): void {
    const own = this.#options.own?.take()
    if (!own || isEmptyDelta(own)) return
    const second = Math.floor(runMs / 1_000)
    this.#watch({ second, durationMs: 0, at: Date.now(), stats: own, users: {}, userCount: 0, health: {} })
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
