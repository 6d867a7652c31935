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
import { type UserCounts, WorkerUsers } from './worker-users.ts'

/** How a worker is reached: in this process, or over a network, where silence has a meaning. */
export type WorkerKind = 'local' | 'katydid' | 'locust'

export interface WorkerInfo {
  kind: WorkerKind
  /** Its place among the workers, from 0. */
  index: number
  /** It replaces a worker that failed and that this process never met. */
  replacesUnknown?: boolean | undefined
  /** Id of the worker that it replaces, whose process has ended. */
  replaces?: string | undefined
}

/** A worker as the master knows it: its state, its users, and how far it has reported. */
export class WorkerRecord {
  readonly id: string
  readonly index: number
  readonly kind: WorkerKind
  readonly link: Link<ToWorker, ToMaster>
  readonly replacesUnknown: boolean
  /** Users are spread by this key. A worker that replaces another takes over its key, so that no other worker's users move. */
  readonly slot: string
  /** The user classes that it can run; empty until it has said so. */
  classes: readonly UserClassInfo[] = []
  readonly users = new WorkerUsers()
  /** Every user it was told to run has ended by itself. */
  exhausted = false
  /** When it was last heard, by `performance.now()`. */
  heardAt = performance.now()
  /** When it last reported, by the same clock. */
  reportAt = performance.now()
  /** How often since it was heard its silence was put down to this process. */
  excused = 0
  /** How long a message to it and its answer take, as far as it is known. */
  roundTripMs = 0
  /** Until when (ms of the run) it has reported. */
  reportedUntilMs = 0
  /** Stretches of the run that it has not reported. */
  readonly gaps = new ReportGaps()
  /** Time in ms that its users have spent in `onStart` without coming out of it, as it last said. */
  unbegunMs = 0
  /** Of users that it stopped because its lease was over. */
  suspendedUserSeconds = 0
  readonly #lifecycle = new WorkerLifecycle()
  readonly #ran: RanStretches
  #started = false
  #stuck = false
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

  /** It was told that the run has begun. */
  get started(): boolean {
    return this.#started
  }

  /** It is heard but reports nothing: something blocks its event loop. */
  get stuck(): boolean {
    return this.#stuck
  }

  /** Its users are no longer counted on: its lease is over, or its process has ended. */
  get released(): boolean {
    return this.users.isReleased
  }

  /** Tells it, once, that the run has begun. From now on it reports. */
  start(message: Extract<ToWorker, { type: 'start' }>, elapsedMs: number): void {
    if (this.#started) return
    this.#started = true
    this.reportedUntilMs = elapsedMs
    // the first moment may be still to come
    this.reportAt = Math.max(performance.now(), message.startedAtEpochMs - performance.timeOrigin)
    this.link.send(message)
  }

  /** It starts or ends users. What it said of an older order no longer holds. */
  spawning(): void {
    this.#lifecycle.on('spawning')
    this.exhausted = false
  }

  /** It has carried out an order and runs these users. `of`: the order's timestamp; Locust's workers do not say it. */
  spawned(users: UserCounts, of?: number): void {
    this.#lifecycle.on('spawned')
    this.users.confirm(users, of)
  }

  /** Its users are gone and its last report has come. */
  drain(): void {
    this.#lifecycle.on('drained')
    this.users.clear()
  }

  /** It is silent. Its users may still run. */
  goMissing(): void {
    this.#lifecycle.on('silent')
  }

  /** It is heard again. A Locust worker may still run the users that others got meanwhile; a katydid worker's lease is over. */
  comeBack(): void {
    this.#lifecycle.on('heard')
    this.users.restore({ mayStillRun: this.kind === 'locust' })
  }

  /** Its process has ended. `needed`: the run counted on it. */
  leave({ needed }: { needed: boolean }): void {
    this.#lifecycle.on(needed ? 'lost' : 'left')
  }

  /** It is heard and has reported nothing for too long. The run does not wait for its seconds until it reports again. */
  becomeStuck(): void {
    this.#stuck = true
    this.gaps.open(this.reportedUntilMs, totalUsers(this.users.assigned))
  }

  /** It reports again. */
  becomeUnstuck(nowMs: number): void {
    this.#stuck = false
    this.gaps.close(nowMs)
  }

  /** Its lease ended at a moment of the run, and it stopped its users. `newest`: the newest order it had by then. */
  suspended(newest: number, atMs: number, nowMs: number): void {
    const ms = Math.max(0, nowMs - Math.max(0, atMs))
    this.suspendedUserSeconds += (this.users.suspend(newest) * ms) / 1_000
  }

  /** It reports one second. Returns what it ran. */
  reported(interval: WorkerInterval): RanStretch[] {
    this.reportAt = performance.now()
    const { second, durationMs, health, unbegunMs = 0 } = interval
    this.unbegunMs = unbegunMs
    if (this.kind !== 'locust') this.#coverTime(second * 1_000, durationMs, health?.stoppedMs)
    if (health) this.sawHealth(health)
    return this.#ran.interval(interval)
  }

  /** A Locust worker's report is about all the time since the one before it. Returns what it ran in seconds that it was not heard. */
  reportedAll(nowMs: number, activeSeconds?: number): RanStretch[] {
    this.#coverTime(this.reportedUntilMs, Math.max(0, nowMs - this.reportedUntilMs))
    return this.#ran.all(nowMs, activeSeconds)
  }

  /** Time in which the worker stood still stays missing. */
  #coverTime(fromMs: number, durationMs: number, stoppedMs = 0): void {
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
      users: totalUsers(this.users.running),
      cpuPercentMax: this.#cpuPercentMax,
      rssBytesMax: this.#rssBytesMax,
      missingSeconds: this.gaps.missingSeconds,
    }
  }
}
