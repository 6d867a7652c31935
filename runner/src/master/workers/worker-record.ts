import type { WorkerReport } from '../../facts/run.ts'
import type { UserClassInfo } from '../../profile/class-sequence.ts'
import type { HealthSample, WorkerInterval } from '../../stats/snapshot.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { Link } from '../../transport/link.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import type { RanStretch } from '../load/load-delivery.ts'
import { RanStretches } from '../load/ran-stretches.ts'
import { ReportGaps } from '../record/report-gaps.ts'
import { type LifecycleState, WorkerLifecycle } from './worker-lifecycle.ts'

/** How a worker is reached: in this process, or over a network, where silence has a meaning. */
export type WorkerKind = 'local' | 'katydid' | 'locust'

export interface WorkerInfo {
  kind: WorkerKind
  index: number
  replacesUnknown?: boolean | undefined
  /** The worker it stands in for, which is gone by now. */
  replaces?: string | undefined
}

/** Orders to a worker that says nothing are kept apart up to here. */
const mostUnconfirmed = 32

/** A worker, as the master knows it. */
export class WorkerRecord {
  readonly id: string
  readonly index: number
  readonly kind: WorkerKind
  /** By this users are dealt: one that stands in for another has the other's, and nobody else's users move. */
  readonly slot: string
  readonly link: Link<ToWorker, ToMaster>
  classes: UserClassInfo[] = []
  /** What it was last told, and what it last said it runs. */
  assigned: Record<string, number> = {}
  running: Record<string, number> = {}
  /** When (epoch s) it was told that, as its orders are told apart by. */
  assignedAt = 0
  /** What it was told since it last said what it runs, oldest first. */
  readonly #unconfirmed: { users: Record<string, number>; at: number }[] = []
  /** It stands in for one that failed, which this process never met. */
  readonly replacesUnknown: boolean
  /** Every user it was asked for has ended by itself. */
  exhausted = false
  readonly #lifecycle = new WorkerLifecycle()
  #started = false
  #stuck = false
  #released = false
  heardAt = performance.now()
  /** How long the way to it and back takes, as far as it is known. */
  roundTripMs = 0
  reportAt = performance.now()
  /** How often since then its silence was put down to this process. */
  excused = 0
  readonly #ran: RanStretches
  /** Until when (ms of the run) it has reported. */
  reportedUntilMs = 0
  readonly gaps = new ReportGaps()
  /** ms that its users have been in `onStart` and will hardly come out of it, as it last said. */
  unbegunMs = 0
  /** Of users it stopped because its lease was over. */
  suspendedUserSeconds = 0
  /** What it ran when its users became others': it may run them still, where it knows no lease. */
  #assignedAtRelease: Record<string, number> = {}
  #cpuPercentMax = 0
  #rssBytesMax = 0

  constructor(
    id: string,
    link: Link<ToWorker, ToMaster>,
    { index, kind, replacesUnknown = false }: WorkerInfo,
    slot = id,
  ) {
    this.id = id
    this.slot = slot
    this.index = index
    this.link = link
    this.kind = kind
    this.replacesUnknown = replacesUnknown
    this.#ran = new RanStretches({ isLocust: kind === 'locust' })
  }

  get state(): LifecycleState {
    return this.#lifecycle.state
  }

  /** It is there, as far as the master knows. */
  get isPresent(): boolean {
    return this.#lifecycle.isPresent
  }

  /** Its process has ended. */
  get isGone(): boolean {
    return this.#lifecycle.isGone
  }

  /** Its users are gone and its last report has come. */
  get drained(): boolean {
    return this.#lifecycle.isDrained
  }

  /** It has been told of the run's start. */
  get started(): boolean {
    return this.#started
  }

  /** It is heard and reports nothing: something blocks its event loop. */
  get stuck(): boolean {
    return this.#stuck
  }

  /** Its users are no longer counted on: its lease is over, or its process has ended. */
  get released(): boolean {
    return this.#released
  }

  /** It starts or ends users. What it said of an older target no longer holds. */
  spawning(): void {
    this.#lifecycle.on('spawning')
    this.exhausted = false
  }

  /** It runs these users. `of`: when (epoch s) it was told to; Locust's workers do not say. */
  spawned(users: Record<string, number>, of?: number): void {
    this.#lifecycle.on('spawned')
    this.confirm(users, of)
  }

  /** Its users are gone and its last report has come. */
  drain(): void {
    this.#lifecycle.on('drained')
    this.clearUsers()
  }

  /** It is silent. Its users may still run. */
  goMissing(): void {
    this.#lifecycle.on('silent')
  }

  /** It is heard again. Users that it had when they were given to others count again, where it may still run them. */
  comeBack(): void {
    this.#lifecycle.on('heard')
    if (!this.#released) return
    this.#released = false
    if (this.kind === 'locust') this.running = this.#assignedAtRelease
  }

  /** Its process has ended. `needed`: the run counted on it. */
  leave({ needed }: { needed: boolean }): void {
    this.#lifecycle.on(needed ? 'lost' : 'left')
  }

  /** It is heard and has reported nothing for too long. Until it reports, the rest of the run does not wait for it. */
  becomeStuck(): void {
    this.#stuck = true
    this.gaps.open(this.reportedUntilMs, totalUsers(this.assigned))
  }

  /** It reports again. */
  becomeUnstuck(nowMs: number): void {
    this.#stuck = false
    this.gaps.close(nowMs)
  }

  /** Tells it, once, that the run has begun: from now on it is to report. */
  start(message: Extract<ToWorker, { type: 'start' }>, elapsedMs: number): void {
    if (this.#started) return
    this.#started = true
    this.reportedUntilMs = elapsedMs
    // the first moment may be still to come
    this.reportAt = Math.max(performance.now(), message.startedAtEpochMs - performance.timeOrigin)
    this.link.send(message)
  }

  assign(users: Record<string, number>, timestamp: number): void {
    this.assigned = users
    this.assignedAt = timestamp
    this.#unconfirmed.push({ users, at: timestamp })
    const [first, second] = this.#unconfirmed
    if (this.#unconfirmed.length <= mostUnconfirmed || !first || !second) return
    this.#unconfirmed.shift()
    second.users = mostOf(first.users, second.users)
  }

  /**
   * It has come to what it was told. Locust's workers do not say to which of it: none above what they run now is still to come about, and
   * what they run may be less than they were told, where users ended by themselves.
   */
  confirm(
    users: Record<string, number>,
    of = this.#unconfirmed.findLast((order) => within(users, order.users))?.at,
  ): void {
    this.running = users
    if (of === undefined) return
    const later = this.#unconfirmed.findIndex(({ at }) => at > of)
    this.#unconfirmed.splice(0, later < 0 ? this.#unconfirmed.length : later)
  }

  /** Its users are others' now. */
  release(): void {
    this.#released = true
    this.#assignedAtRelease = this.assigned
    this.clearUsers()
  }

  /** How many it was to have when they became others'. */
  get leftUsers(): number {
    return totalUsers(this.#assignedAtRelease)
  }

  /** It runs nothing, whatever it was told. */
  clearUsers(): void {
    this.assigned = {}
    this.running = {}
    this.#unconfirmed.length = 0
  }

  /** Users of a class that may exist on it: those it was told to have, and those it has not yet said to be gone. */
  held(name: string): number {
    if (this.#released) return 0
    let held = Math.max(this.assigned[name] ?? 0, this.running[name] ?? 0)
    for (const { users } of this.#unconfirmed) held = Math.max(held, users[name] ?? 0)
    return held
  }

  /** It has stopped its users, at a moment of the run, whatever it was told until `newest`. */
  suspended(newest: number, atMs: number, nowMs: number): void {
    if (newest < this.assignedAt) return // told anew meanwhile
    const users = totalUsers(this.assigned)
    this.suspendedUserSeconds += (users * Math.max(0, nowMs - Math.max(0, atMs))) / 1_000
    this.assigned = {}
  }

  /** A second of its is here: what it ran. */
  reported(interval: WorkerInterval): RanStretch[] {
    this.reportAt = performance.now()
    const { second, durationMs, health, unbegunMs = 0 } = interval
    this.unbegunMs = unbegunMs
    if (this.kind !== 'locust') this.#hasTold(second * 1_000, durationMs, health?.stoppedMs)
    if (health) this.sawHealth(health)
    return this.#ran.interval(interval)
  }

  /** A Locust worker's report is there: of all the time since the one before it. Its seconds are made here, of nothing where none came. */
  reportedAll(nowMs: number, activeSeconds?: number): RanStretch[] {
    this.#hasTold(this.reportedUntilMs, Math.max(0, nowMs - this.reportedUntilMs))
    return this.#ran.all(nowMs, activeSeconds)
  }

  /** Of the ms that it stood still there is nothing to tell: they stay missing. */
  #hasTold(fromMs: number, durationMs: number, stoppedMs = 0): void {
    this.reportedUntilMs = Math.max(this.reportedUntilMs, fromMs + durationMs)
    this.gaps.filled(fromMs, Math.max(0, durationMs - stoppedMs))
  }

  sawHealth({ cpuPercent, rssBytes }: Pick<HealthSample, 'cpuPercent' | 'rssBytes'>): void {
    this.#cpuPercentMax = Math.max(this.#cpuPercentMax, cpuPercent)
    this.#rssBytesMax = Math.max(this.#rssBytesMax, rssBytes)
  }

  report(): WorkerReport {
    return {
      id: this.id,
      state: this.#lifecycle.reported,
      users: totalUsers(this.running),
      cpuPercentMax: this.#cpuPercentMax,
      rssBytesMax: this.#rssBytesMax,
      missingSeconds: this.gaps.missingSeconds,
    }
  }
}

function mostOf(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const most = { ...a }
  for (const [name, count] of Object.entries(b)) most[name] = Math.max(most[name] ?? 0, count)
  return most
}

function within(users: Readonly<Record<string, number>>, most: Readonly<Record<string, number>>): boolean {
  return Object.entries(users).every(([name, count]) => count <= (most[name] ?? 0))
}
