import type { EventKind } from '../../facts/run-event.ts'
import { formatItems, formatSpan } from '../../stats/format.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { ToMaster } from '../../transport/messages.ts'
import type { LoadDelivery } from '../load/load-delivery.ts'
import type { RunCourse } from '../run-course.ts'
import { Liveness, type LivenessLimits, livenessLimits } from './liveness.ts'
import type { Roster } from './roster.ts'
import type { WorkerRecord } from './worker-record.ts'

export interface WorkerPresenceOptions {
  roster: Roster
  course: RunCourse
  limits?: LivenessLimits | undefined
  reportIntervalMs: number
  delivery: Pick<LoadDelivery, 'ran'>
  event(kind: EventKind, text: string): void
  /** A worker is heard again. */
  onBack(worker: WorkerRecord): void
  /** Which workers are there has changed. */
  onChange(): void
}

/** Follows which workers are there, and counts what is missing because of those that were not. */
export class WorkerPresence {
  readonly #options: WorkerPresenceOptions
  readonly #liveness: Liveness

  constructor(options: WorkerPresenceOptions) {
    this.#options = options
    const limits = options.limits ?? livenessLimits()
    this.#liveness = new Liveness(
      options.roster,
      { ...limits, stuckMs: limits.stuckMs + options.reportIntervalMs },
      {
        missing: (worker, silentMs) => this.lose(worker, `has not been heard for ${formatSpan(silentMs)}`),
        released: (worker) => this.release(worker),
        back: (worker, silentMs) => this.#takeBack(worker, silentMs),
        stuck: (worker, silentMs) => this.#stuck(worker, silentMs),
      },
    )
  }

  heard(worker: WorkerRecord): void {
    this.#liveness.heard(worker)
  }

  /** A worker has reported. `all`: a Locust report, which is about all the time since the one before. */
  reported(worker: WorkerRecord, all: boolean, activeSeconds?: number): void {
    const { course, delivery } = this.#options
    if (all && worker.kind === 'locust')
      for (const ran of worker.reportedAll(course.loadMs, activeSeconds)) delivery.ran(ran)
    if (!worker.stuck) return
    worker.becomeUnstuck(course.loadMs)
    this.#options.onChange()
  }

  /** Looks which workers are silent. Call it a few times a second. */
  watch(): void {
    this.#liveness.watch()
  }

  /** The worker is silent, or its process has ended. */
  lose(worker: WorkerRecord, how: string): void {
    if (!worker.isPresent) return
    worker.goMissing()
    const users = totalUsers(worker.users.assigned)
    const running = this.#options.course.isRunning && worker.started
    if (running) worker.gaps.open(worker.reportedUntilMs, users)
    this.#options.event(
      'worker_lost',
      `worker ${worker.id} ${how}${running && users > 0 ? `, with ${formatItems(users, 'user')}` : ''}`,
    )
    this.#changed()
  }

  /** Its process has ended without a word. */
  vanished(worker: WorkerRecord, how: string): void {
    this.#end(worker, how, this.#isNeeded(worker))
  }

  /** It said that it leaves. Nothing more comes from it. */
  left(worker: WorkerRecord, how: string): void {
    this.#end(worker, how, false)
  }

  /** `lost`: it ended without a word while the run needed it. A worker that said so has left, and is missed all the same. */
  #end(worker: WorkerRecord, how: string, lost: boolean): void {
    if (worker.isGone) return
    if (this.#isNeeded(worker)) this.lose(worker, how)
    worker.leave({ needed: lost })
    this.release(worker)
  }

  #isNeeded(worker: WorkerRecord): boolean {
    const { isWaitingForWorkers, isRunning } = this.#options.course
    return worker.started ? isRunning && !worker.drained : isWaitingForWorkers
  }

  /** The run is over and its last report has not come. */
  giveUp(worker: WorkerRecord): void {
    if (worker.state !== 'missing') {
      worker.gaps.open(worker.reportedUntilMs, totalUsers(worker.users.assigned))
      this.#options.event('worker_silent', `worker ${worker.id} did not stop in time; its last report is missing`)
    }
    this.release(worker)
  }

  /** Other workers may get its users. */
  release(worker: WorkerRecord): void {
    if (worker.released) return
    worker.users.release()
    worker.gaps.close(this.#options.course.loadMs)
    this.#changed()
  }

  /** Its lease is over: it stopped its users because it did not hear the master. */
  suspended(worker: WorkerRecord, { newest, atMs }: Extract<ToMaster, { type: 'suspended' }>): void {
    worker.suspended(newest, atMs, this.#options.course.loadMs)
    this.#options.event(
      'lease_over',
      `worker ${worker.id} stopped its users at ${formatSpan(atMs)}: it got no message from the master until its lease ended`,
    )
    this.#changed()
  }

  /** What lost and suspended workers should have run, in user-seconds. */
  get missingUserSeconds(): number {
    let sum = 0
    for (const { gaps, suspendedUserSeconds } of this.#options.roster.workers)
      sum += gaps.missingUserSeconds + suspendedUserSeconds
    return sum
  }

  /** Some worker has not reported a stretch of the run that it should have run. */
  get hasGaps(): boolean {
    return this.#options.roster.workers.some(({ gaps }) => gaps.any)
  }

  #stuck(worker: WorkerRecord, silentMs: number): void {
    if (!this.#options.course.isRunning) return
    worker.becomeStuck()
    this.#options.event(
      'worker_stuck',
      `worker ${worker.id} sends heartbeats but has reported nothing for ${formatSpan(silentMs)}: something blocks its event loop`,
    )
    this.#options.onChange()
  }

  #takeBack(worker: WorkerRecord, silentMs: number): void {
    worker.gaps.close(this.#options.course.loadMs)
    worker.comeBack()
    this.#options.event('worker_back', `worker ${worker.id} sends heartbeats again after ${formatSpan(silentMs)}`)
    this.#options.onBack(worker)
    this.#changed()
  }

  #changed(): void {
    this.#options.roster.changed()
    this.#options.onChange()
  }
}
