import { KatydidError } from '../../errors.ts'
import type { EventKind } from '../../facts/run-event.ts'
import type { Link } from '../../transport/link.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import type { Command } from '../commands.ts'
import type { RunHooks } from '../hooks.ts'
import type { RunSeconds } from '../record/run-seconds.ts'
import type { RunCourse } from '../run-course.ts'
import type { Admission } from '../run-start.ts'
import type { Pause } from '../wakeable-sleep.ts'
import type { Member, Roster } from './roster.ts'
import type { Attendance } from './worker-presence.ts'
import type { MemberAbout } from './worker-record.ts'

export interface ReceptionOptions {
  course: RunCourse
  roster: Roster
  admission: Admission
  attendance: Attendance
  seconds: RunSeconds
  /** Cut short when somebody has said what a run waits for. */
  pause: Pause
  hooks: RunHooks
  /** What load files of workers send. */
  onMessage?: ((name: string, data: unknown, from: string) => void) | undefined
  /** Rows of feeds for workers. `given`: how many rows of a feed all of them have got. */
  feeds?:
    | { lease(feed: string, count: number): Promise<readonly unknown[]>; given(feed: string): number | undefined }
    | undefined
  command(command: Command): void
  event(kind: EventKind, text: string): void
}

/** Takes in workers, and what they say to whom it concerns. */
export class Reception {
  readonly #options: ReceptionOptions

  constructor(options: ReceptionOptions) {
    this.#options = options
  }

  /** Takes a worker in, whose first message says what it can run. */
  join(id: string, link: Link<ToWorker, ToMaster>, about: Partial<MemberAbout>): void {
    const { roster, attendance, pause } = this.#options
    const member = roster.add(id, link, about)
    link.receive((message) => this.#take(member, message))
    link.closed((reason) => {
      attendance.vanished(member, `is gone: ${reason}`)
      pause.wake()
    })
  }

  #take(member: Member, message: ToMaster): void {
    const { course, roster, admission, attendance, seconds, pause, hooks, onMessage, command, event } = this.#options
    attendance.heard(member)
    switch (message.type) {
      case 'client_ready':
        member.classes = message.classes
        roster.changed()
        member.link.send({ type: 'ack', index: member.index })
        hooks.workerConnect?.(member.id)
        admission.welcome(member)
        break
      case 'stats':
        if (course.isOver) return
        seconds.add(member, message.intervals)
        attendance.reported(member, message.extra !== undefined, message.activeSeconds)
        if (message.extra) hooks.workerReport?.(member.id, message.extra)
        return
      case 'spawning':
        member.state = 'spawning'
        member.exhausted = false // what was said of an older target
        return
      case 'spawning_complete':
        member.state = 'running'
        member.said(message.users, message.of)
        roster.changed()
        return
      case 'stop_request':
        if (message.cutShort) {
          command({ kind: 'stop', reason: message.reason, cause: 'shortage' })
          break
        }
        if (message.outcome === 'passed') event('stopped', `the load file ended the run: ${message.reason}`)
        else event(`stopped_${message.outcome}`, message.reason)
        command({ kind: 'stop', reason: message.reason, cause: 'user' })
        break
      case 'exhausted':
        member.exhausted = true
        break
      case 'event':
        event(message.kind, message.text)
        return
      case 'suspended':
        attendance.suspended(member, message)
        return
      case 'client_stopped':
        member.drained = true
        member.gone()
        break
      case 'quit':
        attendance.left(member, 'has left')
        break
      case 'heartbeat':
        member.sawHealth(message)
        member.roundTripMs = message.roundTripMs ?? 0
        hooks.heartbeatSent?.(member.id)
        return
      case 'message':
        onMessage?.(message.name, message.data, member.id)
        return
      case 'feed_lease':
        void this.#lease(member, message)
        return
    }
    pause.wake()
  }

  async #lease(member: Member, { feed, request, count }: Extract<ToMaster, { type: 'feed_lease' }>): Promise<void> {
    const answer = { type: 'feed_rows', feed, request } as const
    try {
      const { feeds } = this.#options
      if (!feeds) throw new Error(`the master has no feed ${feed}`)
      const rows = await feeds.lease(feed, count)
      const given = rows.length === 0 ? feeds.given(feed) : undefined
      member.link.send({ ...answer, rows, ...(given === undefined ? {} : { given }) })
    } catch (error) {
      const hint = error instanceof KatydidError && error.hint ? ` (${error.hint})` : ''
      member.link.send({ ...answer, rows: [], error: `${(error as Error).message}${hint}` })
    }
  }
}
