import { KatydidError } from '../errors.ts'
import type { ToMaster } from '../transport/messages.ts'
import type { Attendance } from './attendance.ts'
import type { Command } from './commands.ts'
import type { RunHooks } from './hooks.ts'
import type { Member, Roster } from './roster.ts'
import type { RunSeconds } from './run-seconds.ts'

export interface ReceptionOptions {
  roster: Roster
  attendance: Attendance
  seconds: RunSeconds
  hooks: RunHooks
  /** What load files of workers send. */
  onMessage?: ((name: string, data: unknown, from: string) => void) | undefined
  /** Rows of feeds for workers. */
  leaseRows?: ((feed: string, count: number) => Promise<readonly unknown[]>) | undefined
  /** A worker has said what it can run. */
  onReady(member: Member): void
  /** The verdict is being made: what is measured from now on is in no report. */
  isOver(): boolean
  command(command: Command): void
  event(kind: string, text: string): void
  wake(): void
}

/** Takes what workers say to whom it concerns. */
export class Reception {
  readonly #options: ReceptionOptions

  constructor(options: ReceptionOptions) {
    this.#options = options
  }

  take(member: Member, message: ToMaster): void {
    const { roster, attendance, seconds, hooks, onMessage, onReady, isOver, command, event, wake } = this.#options
    attendance.heard(member)
    switch (message.type) {
      case 'client_ready':
        member.classes = message.classes
        roster.changed()
        member.link.send({ type: 'ack', index: member.index })
        hooks.workerConnect?.(member.id)
        onReady(member)
        break
      case 'stats':
        if (isOver()) return
        seconds.add(member, message.intervals)
        attendance.reported(member, message.extra !== undefined)
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
        if (message.outcome !== 'passed') event(`stopped_${message.outcome}`, message.reason)
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
        hooks.heartbeatSent?.(member.id)
        return
      case 'message':
        onMessage?.(message.name, message.data, member.id)
        return
      case 'feed_lease':
        void this.#lease(member, message)
        return
    }
    wake()
  }

  async #lease(member: Member, { feed, request, count }: Extract<ToMaster, { type: 'feed_lease' }>): Promise<void> {
    const answer = { type: 'feed_rows', feed, request } as const
    try {
      const { leaseRows } = this.#options
      if (!leaseRows) throw new Error(`the master has no feed ${feed}`)
      member.link.send({ ...answer, rows: await leaseRows(feed, count) })
    } catch (error) {
      const hint = error instanceof KatydidError && error.hint ? ` (${error.hint})` : ''
      member.link.send({ ...answer, rows: [], error: `${(error as Error).message}${hint}` })
    }
  }
}
