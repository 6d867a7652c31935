import { KatydidError } from '../../errors.ts'
import type { EventKind } from '../../facts/run-event.ts'
import type { Link } from '../../transport/link.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import type { RunHooks } from '../hooks.ts'
import type { Command, FeedRows, MasterOptions } from '../master-options.ts'
import type { RunSeconds } from '../record/run-seconds.ts'
import type { RunCourse } from '../run-course.ts'
import type { RunStarter } from '../run-start.ts'
import type { WakeableSleep } from '../wakeable-sleep.ts'
import type { Roster } from './roster.ts'
import type { WorkerPresence } from './worker-presence.ts'
import type { WorkerInfo, WorkerRecord } from './worker-record.ts'

export interface MessageRouterOptions {
  course: RunCourse
  roster: Roster
  starter: RunStarter
  presence: WorkerPresence
  seconds: RunSeconds
  /** Woken by messages that a run waits for. */
  sleep: WakeableSleep
  hooks: RunHooks
  /** Takes what load files of workers send with `environment.send`. */
  onMessage: MasterOptions['onMessage']
  feeds: FeedRows | undefined
  command(command: Command): void
  event(kind: EventKind, text: string): void
}

/** Takes in workers, and routes each of their messages to the part that it concerns. */
export class MessageRouter {
  readonly #options: MessageRouterOptions

  constructor(options: MessageRouterOptions) {
    this.#options = options
  }

  /** Takes a worker in. Its first message says what it can run. */
  join(id: string, link: Link<ToWorker, ToMaster>, about: Partial<WorkerInfo>): void {
    const { roster, presence, sleep } = this.#options
    const worker = roster.add(id, link, about)
    link.receive((message) => this.#take(worker, message))
    link.closed((reason) => {
      presence.vanished(worker, `is gone: ${reason}`)
      sleep.wake()
    })
  }

  #take(worker: WorkerRecord, message: ToMaster): void {
    const { course, roster, starter, presence, seconds, sleep, hooks, onMessage, command, event } = this.#options
    presence.heard(worker)
    switch (message.type) {
      case 'client_ready':
        worker.classes = message.classes
        roster.changed()
        worker.link.send({ type: 'ack', index: worker.index })
        hooks.workerConnect?.(worker.id)
        starter.workerReady(worker)
        break
      case 'stats':
        if (course.isOver) return
        seconds.add(worker, message.intervals)
        presence.reported(worker, message.extra !== undefined, message.activeSeconds)
        if (message.extra) hooks.workerReport?.(worker.id, message.extra)
        return
      case 'spawning':
        worker.spawning()
        return
      case 'spawning_complete':
        worker.spawned(message.users, message.of)
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
        worker.exhausted = true
        break
      case 'event':
        event(message.kind, message.text)
        return
      case 'suspended':
        presence.suspended(worker, message)
        return
      case 'client_stopped':
        worker.drain()
        break
      case 'quit':
        presence.left(worker, 'has left')
        break
      case 'heartbeat':
        worker.sawHealth(message)
        worker.roundTripMs = message.roundTripMs ?? 0
        hooks.heartbeatSent?.(worker.id)
        return
      case 'message':
        onMessage?.(message.name, message.data, worker.id)
        return
      case 'feed_lease':
        void this.#lease(worker, message)
        return
    }
    sleep.wake()
  }

  async #lease(
    worker: WorkerRecord,
    { feed, request, count }: Extract<ToMaster, { type: 'feed_lease' }>,
  ): Promise<void> {
    const answer = { type: 'feed_rows', feed, request } as const
    try {
      const { feeds } = this.#options
      if (!feeds) throw new Error(`the master has no feed ${feed}`)
      const rows = await feeds.lease(feed, count)
      const given = rows.length === 0 ? feeds.given(feed) : undefined
      worker.link.send({ ...answer, rows, ...(given === undefined ? {} : { given }) })
    } catch (error) {
      const hint = error instanceof KatydidError && error.hint ? ` (${error.hint})` : ''
      worker.link.send({ ...answer, rows: [], error: `${(error as Error).message}${hint}` })
    }
  }
}
