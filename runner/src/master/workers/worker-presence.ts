import type { EventKind } from '../../facts/run-event.ts'
import { formatItems, formatSpan } from '../../stats/format.ts'
import { totalUsers } from '../../stats/user-counts.ts'
import type { ToMaster } from '../../transport/messages.ts'
import type { LoadDelivery } from '../load/load-delivery.ts'
import type { RunCourse } from '../run-course.ts'
import { Liveness, type LivenessLimits, livenessLimits } from './liveness.ts'
import type { Member, Roster } from './roster.ts'

export interface AttendanceOptions {
  roster: Roster
  course: RunCourse
  limits?: LivenessLimits | undefined
  reportIntervalMs: number
  delivery: Pick<LoadDelivery, 'ran'>
  event(kind: EventKind, text: string): void
  /** It is heard again. */
  onBack(member: Member): void
  /** Somebody is there, or not there, who was not, or was. */
  onChange(): void
}

/** Who of the workers is there, and what went missing with those who were not. */
export class Attendance {
  readonly #options: AttendanceOptions
  readonly #liveness: Liveness

  constructor(options: AttendanceOptions) {
    this.#options = options
    const limits = options.limits ?? livenessLimits()
    this.#liveness = new Liveness(
      options.roster,
      { ...limits, stuckMs: limits.stuckMs + options.reportIntervalMs },
      {
        missing: (member, silentMs) => this.lose(member, `has not been heard for ${formatSpan(silentMs)}`),
        released: (member) => this.release(member),
        back: (member, silentMs) => this.#takeBack(member, silentMs),
        stuck: (member, silentMs) => this.#stuck(member, silentMs),
      },
    )
  }

  heard(member: Member): void {
    this.#liveness.heard(member)
  }

  /** It has reported something. `all`: Locust's words, of all the time since it last did. */
  reported(member: Member, all: boolean, activeSeconds?: number): void {
    const { course, delivery } = this.#options
    if (all && member.kind === 'locust')
      for (const ran of member.reportedAll(course.loadMs, activeSeconds)) delivery.ran(ran)
    if (!member.stuck) return
    member.stuck = false
    member.gaps.close(this.#options.course.loadMs)
    this.#options.onChange()
  }

  /** Looks who has fallen silent; to be called a few times a second. */
  watch(): void {
    this.#liveness.watch()
  }

  /** It is gone, or silent. */
  lose(member: Member, how: string): void {
    if (member.state === 'missing' || member.state === 'stopped') return
    member.state = 'missing'
    const users = totalUsers(member.asked)
    const running = this.#options.course.isRunning && member.started
    if (running) member.gaps.open(member.reportedUntilMs, users)
    this.#options.event(
      'worker_lost',
      `worker ${member.id} ${how}${running && users > 0 ? `, with ${formatItems(users, 'user')}` : ''}`,
    )
    this.#changed()
  }

  /** Its process is gone, and has not said so. */
  vanished(member: Member, how: string): void {
    if (member.state !== 'stopped') member.lost = this.#isNeeded(member)
    this.left(member, how)
  }

  /** Its process has left: nothing more will come of it. */
  left(member: Member, how: string): void {
    if (this.#isNeeded(member)) this.lose(member, how)
    member.state = 'stopped'
    this.release(member)
  }

  #isNeeded(member: Member): boolean {
    const { isGathering, isRunning } = this.#options.course
    return member.started ? isRunning && !member.drained : isGathering
  }

  /** The run is over, and its last report has not come. */
  giveUp(member: Member): void {
    if (member.state !== 'missing') {
      member.gaps.open(member.reportedUntilMs, totalUsers(member.asked))
      this.#options.event('worker_silent', `worker ${member.id} did not stop in time; its last report is missing`)
    }
    this.release(member)
  }

  /** Its users may be given to others. */
  release(member: Member): void {
    if (member.released) return
    member.release()
    member.gaps.close(this.#options.course.loadMs)
    this.#changed()
  }

  /** It has stopped its users, since it did not hear the master. */
  suspended(member: Member, { newest, atMs }: Extract<ToMaster, { type: 'suspended' }>): void {
    member.suspended(newest, atMs, this.#options.course.loadMs)
    this.#options.event(
      'lease_over',
      `worker ${member.id} stopped its users at ${formatSpan(atMs)}: it had not heard the master for longer than orders are good for`,
    )
    this.#changed()
  }

  /** What lost and suspended workers should have run. */
  get missingUserSeconds(): number {
    let sum = 0
    for (const { gaps, suspendedUserSeconds } of this.#options.roster.members)
      sum += gaps.missingUserSeconds + suspendedUserSeconds
    return sum
  }

  /** Some stretch of the run was not reported by whom it was asked of. */
  get hasGaps(): boolean {
    return this.#options.roster.members.some(({ gaps }) => gaps.any)
  }

  #stuck(member: Member, silentMs: number): void {
    if (!this.#options.course.isRunning) return
    member.stuck = true
    member.gaps.open(member.reportedUntilMs, totalUsers(member.asked))
    this.#options.event(
      'worker_stuck',
      `worker ${member.id} is there and has reported nothing for ${formatSpan(silentMs)}: something blocks its event loop`,
    )
    this.#options.onChange()
  }

  #takeBack(member: Member, silentMs: number): void {
    member.gaps.close(this.#options.course.loadMs)
    member.takeBack()
    this.#options.event('worker_back', `worker ${member.id} is heard again after ${formatSpan(silentMs)}`)
    this.#options.onBack(member)
    this.#changed()
  }

  #changed(): void {
    this.#options.roster.changed()
    this.#options.onChange()
  }
}
