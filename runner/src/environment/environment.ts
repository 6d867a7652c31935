import type { Outcome } from '../errors.ts'
import type { HttpProtocol, HttpTrace } from '../protocols/http-protocol.ts'
import type { Meter } from '../stats/meter.ts'
import type { StopTest } from './control-flow.ts'
import type { MessageHandler } from './mailbox.ts'
import type { RunStats } from './run-stats.ts'
import type { TagFilter } from './tag-filter.ts'

/** What `environment.measure()` counts: the type and name of the request group, and the size of the result. */
export interface Measured<T> {
  /** The protocol or verb, for example `MQTT` or `SQL`. Reports show it where they show GET or POST for HTTP. */
  type: string
  name: string
  /** Returns the number of bytes received. Default: 0. */
  bytes?: (result: T) => number
}

/** Parameters whose types are not known. */
export type AnyParams = Readonly<Record<string, unknown>>

/**
 * The run, as users, tasks and hooks see it. It is like Locust's Environment. `Environment<typeof params>` gives `params` the
 * types of the load file's parameters.
 */
export interface Environment<Params extends object = AnyParams> {
  /** Base URL of the run (`--host`, `load.host`). As in Locust, it overrides the `static host` of a user class. */
  readonly host: string | undefined
  /** What this process does: `master`, `worker`, or `local` (both in one process). */
  readonly role: 'local' | 'master' | 'worker'
  /** The value that `setup()` returned, as JSON. */
  readonly data: unknown
  /**
   * The parameters of the load file. They have the same values as its `params`.
   *
   *     export const params = parameters({ tenant: 'blue' })
   *     export function setup(environment: Environment<typeof params>) { … }
   */
  readonly params: Params
  /** Seconds since the run began. 0 before that. */
  readonly runTime: number
  /**
   * Runs a function and counts it like a request, under its type and name. If the function throws, it counts as a failure, and
   * `measure` throws the same error again. Reports group failures by the `code` of the error (text or number). An error without
   * a code is grouped by the first line of its message, without addresses. A call that the run interrupts counts as aborted.
   *
   *     const rows = await this.environment.measure({ type: 'SQL', name: 'orders' }, () => db.query('SELECT …'))
   *
   * @throws TypeError if the type is not text, or the name is not text or is empty
   */
  measure<T>(what: Measured<T>, run: () => T | Promise<T>): Promise<T>
  /**
   * The statistics so far, of all workers. They exist on the master and in a local run. Listeners of `testStop` and `quitting`
   * see the whole run. On a worker this is undefined, because a worker knows only its own requests.
   *
   *     events.testStop.addListener(({ environment }) => {
   *       if ((environment.stats?.get('GET', '/cart')?.percentile(99) ?? 0) > 500) environment.stop('the cart is slow', 'failed')
   *     })
   */
  readonly stats: RunStats | undefined
  /** Ids of the connected workers. In a local run: `local`. On a worker: only its own id. */
  readonly workers: readonly string[]
  /** Number of connected workers. On a worker: the number of workers that the run expected when this worker joined. */
  readonly workerCount: number
  /**
   * Index of this worker, from 0. A worker that replaces one on the same host (a pod with the same index) gets the same index.
   * 0 in a local run, -1 on the master.
   */
  readonly workerIndex: number
  /**
   * Sends a message to the load file in other processes, like Locust's `send_message`. The master sends to one worker, or to all
   * workers if you give no `workerId`. A worker sends to the master. In a local run, the handlers of this process get the
   * message. Handlers get a copy of the data, as JSON. Without data they get null.
   *
   *     environment.send('take', ['a.json', 'b.json'], environment.workers[0])
   *
   * @throws TypeError if the data cannot be written as JSON (a cycle, a bigint), or if master and workers use the name themselves
   */
  send(name: string, data?: unknown, workerId?: string): void
  /**
   * Adds a handler for messages with this name. Handlers get messages in the order in which they arrive. A name can have several
   * handlers. Messages without a handler are kept until you add one, at most 1,000. If a handler throws or rejects, the other
   * handlers still run, but the run is `broken`. A StopTest ends the run.
   *
   *     environment.onMessage('take', ({ data, from }) => { files = data as string[] })
   *
   * @returns a function that removes the handler
   */
  onMessage(name: string, handler: MessageHandler): () => void
  /**
   * Ends the run now, as if its run time were over. With an `outcome`, the verdict is at least this bad. This works also after
   * the load has ended, for example in a listener of `testStop`.
   *
   *     environment.stop('the queue is full', 'failed')
   */
  stop(reason?: string, outcome?: Outcome): void
}

/** @internal What users are made with on a worker: one per run. */
export interface Runtime {
  readonly environment: Environment
  readonly meter: Meter
  /** Where an HttpUser gets its client; a process that runs no users has none. */
  readonly http?: HttpProtocol | undefined
  /** Shown every request and answer: the debugger of `run-one`. */
  readonly trace?: ((exchange: HttpTrace) => void) | undefined
  /** Which tasks run (`-T`, `-E`). */
  readonly tags?: TagFilter | undefined
  /** A StopTest was thrown: the run ends. */
  end(stop: StopTest): void
  /** An event listener threw or rejected; told once per listener, since a hook may fire thousands of times a second. */
  onListenerError?(hook: string, error: unknown): void
}
