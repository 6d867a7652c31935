import type { Log } from '../../log.ts'
import type { WorkerInterval } from '../../stats/snapshot.ts'
import { Inbox } from '../inbox.ts'
import type { Link } from '../link.ts'
import { clientStopped, custom, exception, spawning, stats, workerSpawningComplete } from '../locust/frames.ts'
import { toLocustStats } from '../locust/stats-payload.ts'
import type { ToMaster, ToWorker, WorkerState } from '../messages.ts'

export interface LocustMasterLinkOptions {
  host: { sendFrame(bytes: Uint8Array): void; state(state: WorkerState): void }
  id: string
  startedAtEpochMs: number
  log: Pick<Log, 'warn'>
}

/** At most so many messages for one exception in one report: Locust takes one message for each. */
const mostExceptions = 100

/** A worker's end of the link to a Python Locust master, for one run. It translates the worker's messages to Locust's. */
export class LocustMasterLink implements Link<ToMaster, ToWorker> {
  readonly #options: LocustMasterLinkOptions
  readonly #inbox = new Inbox<ToWorker>()
  #onStopped: (() => void) | undefined
  #told = new Set<string>()

  constructor(options: LocustMasterLinkOptions) {
    this.#options = options
  }

  send(message: ToMaster): void {
    const { host, id } = this.#options
    switch (message.type) {
      case 'stats':
        this.#report(message.intervals, message.extra)
        return
      case 'spawning':
        host.state('spawning')
        host.sendFrame(spawning(id))
        return
      case 'spawning_complete':
        host.state('running')
        host.sendFrame(workerSpawningComplete(id, message.users))
        return
      case 'client_stopped':
        host.sendFrame(clientStopped(id))
        this.#onStopped?.()
        return
      case 'message':
        host.sendFrame(custom(id, message.name, message.data))
        return
      case 'event':
        this.#warn(message.text)
        return
      case 'stop_request':
        this.#warn(`a worker cannot ask a Locust master to end the run: ${message.reason}`)
        return
      case 'feed_lease':
        this.#warn('with a Locust master, each worker reads its own feeds: rows are unique only on one worker')
        return
      case 'client_ready':
      case 'heartbeat':
      case 'suspended':
      case 'exhausted':
      case 'quit':
        return
    }
  }

  receive(handler: (message: ToWorker) => void): void {
    this.#inbox.receive(handler)
  }

  closed(handler: (reason: string) => void): void {
    this.#inbox.closed(handler)
  }

  /** The handler is called when the users are gone and the last report is out. */
  stopped(handler: () => void): void {
    this.#onStopped = handler
  }

  close(): void {
    this.#inbox.close('left')
  }

  take(message: ToWorker): void {
    this.#inbox.take(message)
  }

  #report(intervals: readonly WorkerInterval[], extra?: Record<string, unknown>): void {
    const { host, id, startedAtEpochMs } = this.#options
    const users = intervals.at(-1)?.users ?? {}
    host.sendFrame(stats(id, toLocustStats(intervals, users, { startedAtEpochMs, ...(extra ? { extra } : {}) })))
    for (const { stats: delta } of intervals)
      for (const { message, traceback, count } of delta.exceptions)
        for (let i = 0; i < Math.min(count, mostExceptions); i++) host.sendFrame(exception(id, message, traceback))
  }

  #warn(text: string): void {
    if (this.#told.has(text) || this.#told.size > 100) return
    this.#told.add(text)
    this.#options.log.warn(text)
  }
}
