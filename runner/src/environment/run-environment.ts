import { type InspectOptions, inspect } from 'node:util'
import { exitCodes, type Outcome } from '../errors.ts'
import { redact } from '../secrets/redactions.ts'
import type { Meter } from '../stats/meter.ts'
import { CutShort, StopTest } from './control-flow.ts'
import type { Environment, Measured } from './environment.ts'
import { Mailbox, type MessageHandler } from './mailbox.ts'
import { measureInto } from './measure.ts'
import type { RunStats } from './run-stats.ts'

export interface RunEnvironmentOptions {
  host: string | undefined
  role: Environment['role']
  meter: Meter
  params?: Readonly<Record<string, unknown>>
  /** ms since the run's first moment. */
  runClock?: () => number
  /** Sends to other processes, to all where no worker is named; left out: a message reaches the handlers of this one. */
  post?: ((name: string, data: unknown, workerId?: string) => void) | undefined
  /** What the run has measured; left out: not known here. */
  stats?: (() => RunStats) | undefined
  /** Ids of those that are there; left out: `local`. */
  workers?: (() => readonly string[]) | undefined
  /** Left out: as many as `workers` says. */
  workerCount?: (() => number) | undefined
  /** From 0; left out: 0. */
  workerIndex?: (() => number) | undefined
  /** A handler of a message threw or rejected; a StopTest ends the run instead. */
  onMessageError?: ((name: string, error: unknown) => void) | undefined
  /**
   * Asked to end the run: the owner passes it on to the master. Called once, and again for a worse outcome; `outcome` is `passed` unless the user
   * said more. `cutShort`: nobody meant it to end.
   */
  onStop(reason: string, outcome: Outcome, cutShort: boolean): void
}

/** Locust's messages and ours: a Python worker would take one of a load file's for an order. */
const reservedNames = new Set([
  ...['client_ready', 'client_stopped', 'heartbeat', 'stats', 'spawning', 'spawning_complete', 'exception', 'logs'],
  ...['ack', 'spawn', 'stop', 'quit', 'reconnect', 'update_user_class', 'locustfile', 'cpu_warning', 'katydid'],
])

/** The environment of one run in one process. */
export class RunEnvironment implements Environment {
  /** The owner may set it before the first user. */
  host: string | undefined
  readonly role: Environment['role']
  readonly params: Readonly<Record<string, unknown>>
  /** What `setup()` returned; the owner sets it before the first user. */
  data: unknown = undefined
  readonly #options: RunEnvironmentOptions
  readonly #mailbox: Mailbox
  /** The worst it was asked to stop with. */
  #stopped: Outcome | undefined

  constructor(options: RunEnvironmentOptions) {
    this.host = options.host
    this.role = options.role
    this.params = options.params ?? {}
    this.#options = options
    this.#mailbox = new Mailbox((name, error) => {
      if (error instanceof StopTest) this.end(error)
      else options.onMessageError?.(name, error)
    })
  }

  /** For whoever prints it: without secrets, and without our own state. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { host, role, params, data, workers } = this
    return redact(`Environment ${inspect({ host, role, params, data, workers }, options)}`)
  }

  get stats(): RunStats | undefined {
    return this.#options.stats?.()
  }

  get workers(): readonly string[] {
    return this.#options.workers?.() ?? ['local']
  }

  get workerCount(): number {
    return this.#options.workerCount?.() ?? this.workers.length
  }

  get workerIndex(): number {
    return this.#options.workerIndex?.() ?? 0
  }

  send(name: string, data?: unknown, workerId?: string): void {
    if (reservedNames.has(name))
      throw new TypeError(
        `a message cannot have the name ${name}: master and workers use it themselves; use another name`,
      )
    const copy = asJson(name, data)
    const { post } = this.#options
    if (post) post(name, copy, workerId)
    else this.deliver(name, copy, 'local')
  }

  onMessage(name: string, handler: MessageHandler): () => void {
    return this.#mailbox.add(name, handler)
  }

  /** A message has come for this process's load file; its handlers are called a microtask later. */
  deliver(name: string, data: unknown, from: string): void {
    this.#mailbox.deliver({ name, data, from })
  }

  get runTime(): number {
    return Math.max(0, (this.#options.runClock?.() ?? 0) / 1_000)
  }

  measure<T>(what: Measured<T>, run: () => T | Promise<T>): Promise<T> {
    return measureInto(this.#options.meter, what, run)
  }

  stop(reason = 'stopped by the load file', outcome: Outcome = 'passed'): void {
    this.#stop(reason, outcome, false)
  }

  /** What was thrown ends the run. */
  end(stop: StopTest): void {
    this.#stop(stop.message, stop.outcome, stop instanceof CutShort)
  }

  #stop(reason: string, outcome: Outcome, cutShort: boolean): void {
    if (this.#stopped !== undefined && exitCodes[outcome] <= exitCodes[this.#stopped]) return
    this.#stopped = outcome
    this.#options.onStop(reason, outcome, cutShort)
  }
}

/** Data as another process would get it, in a local run, too, so that what works there works in a cluster. */
function asJson(name: string, data: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(data) ?? 'null')
  } catch (error) {
    throw new TypeError(`the data of message ${name} is not JSON: ${error instanceof Error ? error.message : error}`)
  }
}
