import type { Outcome } from '../errors.ts'
import type { HttpProtocol, HttpTrace } from '../protocols/http-protocol.ts'
import type { Meter } from '../stats/meter.ts'
import type { StopTest } from './control-flow.ts'
import type { MessageHandler } from './mailbox.ts'
import type { RunStats } from './run-stats.ts'
import type { TagFilter } from './tag-filter.ts'

/** What is measured: the two words a request group has, and how large an answer was. */
export interface Measured<T> {
  /** The protocol or verb, where reports show GET or POST: `MQTT`, `SQL`. */
  type: string
  name: string
  /** Bytes received, of the result. */
  bytes?: (result: T) => number
}

/** Parameters of which nothing is known but their names. */
export type AnyParams = Readonly<Record<string, unknown>>

/**
 * What a user class, a hook or a task can know and do about the run: Locust's Environment. Give the type of the load file's
 * parameters as `Environment<typeof params>`.
 */
export interface Environment<Params extends object = AnyParams> {
  /** Base URL of the plan (`--host`, `load.host`); it goes before a user class's `static host`, as Locust's does. */
  readonly host: string | undefined
  readonly role: 'local' | 'master' | 'worker'
  /** What `setup()` returned, as JSON. */
  readonly data: unknown
  /**
   * The load file's parameters, with their defaults: the same values as in its `params`.
   *
   *     export const params = parameters({ tenant: 'blue' })
   *     export function setup(environment: Environment<typeof params>) { … }
   */
  readonly params: Params
  /** Seconds since the run's first moment; 0 before it. */
  readonly runTime: number
  /**
   * Measures anything a task does: success, or the failure it throws, counted under (type, name). What `run` throws is
   * thrown again after it was counted, grouped by its `code` (a text or a number) or, without one, by its first line without addresses. What the
   * run itself interrupted counts as aborted.
   */
  measure<T>(what: Measured<T>, run: () => T | Promise<T>): Promise<T>
  /**
   * What was measured so far, merged over all workers: on the master and in a local run, where listeners of `testStop` and `quitting`
   * find the whole run. Undefined on a worker, which knows only its own part.
   *
   *     events.testStop.addListener(({ environment }) => {
   *       if ((environment.stats?.get('GET', '/cart')?.percentile(99) ?? 0) > 500) environment.stop('the cart is slow', 'failed')
   *     })
   */
  readonly stats: RunStats | undefined
  /** Ids of the workers that are there; in a local run `local`, on a worker only itself. */
  readonly workers: readonly string[]
  /** How many workers there are; on a worker, how many there were to be when it came. */
  readonly workerCount: number
  /** This worker's place, from 0; one that comes for another of its host (a pod of the same index) has that one's. 0 in a local run, -1 on the master. */
  readonly workerIndex: number
  /**
   * Sends a message to the load file in other processes, as Locust's `send_message`: from the master to one worker or to all, from a worker to
   * the master; in a local run to the handlers of this process. What arrives is a copy of the data, as JSON; nothing is null.
   *
   *     environment.send('take', ['a.json', 'b.json'], environment.workers[0])
   *
   * @throws TypeError where the data cannot be said in JSON (a cycle, a bigint)
   */
  send(name: string, data?: unknown, workerId?: string): void
  /**
   * Has messages of a name handled, in the order in which they come; there may be several handlers of one name. What comes before the first of
   * them is kept for it, up to 1,000 messages. Returns how to take the handler away. One that throws or rejects stops no other, but makes the run
   * `broken`; a StopTest ends the run.
   *
   *     environment.onMessage('take', ({ data, from }) => { files = data as string[] })
   */
  onMessage(name: string, handler: MessageHandler): () => void
  /**
   * Ends the run now, as if its time were over; with an outcome, that is the least the verdict will say, also where the run has ended
   * already.
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
