import { messageOf, stackOf } from '../errors.ts'
import { events } from '../hooks/events.ts'
import type { LoadFile } from '../loadfile/load-file.ts'
import type { Log } from '../log.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { redact } from '../secrets/redactions.ts'
import type { Frame } from '../transport/locust/decode.ts'
import { clientReady, clientStopped, exception, stats, workerQuit } from '../transport/locust/frames.ts'
import { toLocustStats } from '../transport/locust/stats-payload.ts'
import { LocustMasterLink } from '../transport/to-master/locust-master-link.ts'
import type { SocketHost } from '../transport/zmq/socket-host.ts'
import { workerExitCodes } from './exit-codes.ts'
import { Worker } from './worker.ts'

/** A worker's own load file and plan. */
export interface OwnLoad {
  plan: RunPlan
  /** Loaded anew, with the plan's parameters. */
  load(plan: RunPlan): Promise<LoadFile>
}

export interface LocustRunsOptions {
  host: Pick<SocketHost, 'sendFrame' | 'state'>
  id: string
  version: string
  index: number
  log: Log
  own: OwnLoad
  onLeft(exitCode: number): void
}

/** Locust's workers report every three seconds. */
const reportIntervalMs = 3_000

interface Spawn {
  timestamp: number
  users: Record<string, number>
  host: string | undefined
  stopTimeoutMs: number
  /** What its command line said. */
  options: Readonly<Record<string, unknown>>
}

/** One run under way. */
interface Run {
  worker: Worker
  link: LocustMasterLink
  loadFile: LoadFile
  setupData: unknown
}

/** A worker under a Python Locust master: one run after the other, each with a worker of its own, as the master says. */
export class LocustRuns {
  readonly #options: LocustRunsOptions
  #loadFile: LoadFile | undefined
  #run: Run | undefined
  #beginning: Promise<void> = Promise.resolve()
  #leaving = false

  constructor(options: LocustRunsOptions) {
    this.#options = options
  }

  /** Names its user classes, which a Locust master learns from the first report. */
  join(): void {
    this.#then(async () => {
      const { own, log, onLeft } = this.#options
      try {
        this.#loadFile = await own.load(own.plan)
      } catch (error) {
        log.error(`cannot use the load file: ${(error as Error).message}`)
        return onLeft(workerExitCodes.unusable)
      }
      this.#nameClasses()
    })
  }

  frame({ type, data }: Frame): void {
    const { host, id } = this.#options
    switch (type) {
      case 'spawn': {
        const spawn = spawnOf(data)
        if (spawn) this.#then(() => this.#spawn(spawn))
        return
      }
      case 'stop':
        this.#then(async () => {
          if (this.#run) return this.#run.link.take({ type: 'stop' })
          host.sendFrame(clientStopped(id))
          host.sendFrame(clientReady(id))
        })
        return
      case 'quit':
        this.#then(async () => {
          this.#leaving = true
          if (this.#run) return this.#run.link.take({ type: 'stop' })
          this.#quit(workerExitCodes.done)
        })
        return
      case 'spawning_complete': {
        const { user_count: userCount } = (data ?? {}) as { user_count?: unknown }
        if (typeof userCount === 'number') this.#run?.link.take({ type: 'spawning_complete', userCount })
        return
      }
      case 'heartbeat':
        this.#run?.worker.heard()
        return
      case 'ack':
      case 'reconnect':
      case 'update_user_class':
        return
      default:
        this.#run?.link.take({ type: 'message', name: type, data })
    }
  }

  suspend(): void {
    this.#run?.worker.suspend()
  }

  resume(): void {
    this.#run?.worker.resume()
  }

  terminate(): void {
    this.frame({ type: 'quit', data: null, nodeId: '' })
  }

  async #spawn(spawn: Spawn): Promise<void> {
    if (this.#leaving) return
    this.#run ??= await this.#begin(spawn)
    if (!this.#run) return
    const known = this.#run.loadFile.userClasses
    const users = Object.fromEntries(Object.entries(spawn.users).filter(([name]) => known.has(name)))
    const strange = Object.keys(spawn.users).filter((name) => !known.has(name) && (spawn.users[name] ?? 0) > 0)
    if (strange.length > 0)
      this.#options.log.warn(
        `the master asks for users of ${strange.join(', ')}, but the load file of this worker does not have them`,
      )
    this.#run.link.take({ type: 'spawn', target: { timestamp: spawn.timestamp, users } })
  }

  /** Undefined where it cannot be begun: then this worker leaves, since users whose `setup()` failed would load for nothing. */
  async #begin(spawn: Spawn): Promise<Run | undefined> {
    const { host, id, version, index, log, own } = this.#options
    try {
      const plan = planOf(own.plan, spawn)
      const loadFile = await this.#loadFileWith(spawn.options)
      const startedAtEpochMs = performance.timeOrigin + performance.now()
      const link = new LocustMasterLink({ host, id, startedAtEpochMs, log })
      const { userClasses: classes, params } = loadFile
      const worker = new Worker({ plan, link, classes, params, role: 'worker', version, id, index })
      await worker.join()
      // nobody else runs it: under a Locust master there is no master of ours
      const setupData = await loadFile.setup?.(worker.environment)
      link.closed(() => this.#then(() => this.#over()))
      link.stopped(() => link.take({ type: 'quit' }))
      link.take({ type: 'start', startedAtEpochMs, setupData })
      return { worker, link, loadFile, setupData }
    } catch (error) {
      const text = `cannot begin the run: ${messageOf(error)}`
      log.error(text)
      host.sendFrame(exception(id, redact(text), redact(stackOf(error))))
      this.#quit(workerExitCodes.unusable)
      return undefined
    }
  }

  /** The load file anew where the master's command line says other parameters than ours. */
  async #loadFileWith(options: Readonly<Record<string, unknown>>): Promise<LoadFile> {
    const loadFile = this.#loadFile as LoadFile
    const { own } = this.#options
    const said: Record<string, string> = {}
    for (const { name, type } of loadFile.paramsDeclared) {
      const value = options[name]
      if (type === 'secret' || !['string', 'number', 'boolean'].includes(typeof value)) continue
      if (String(value) !== String(loadFile.params[name])) said[name] = String(value)
    }
    if (Object.keys(said).length === 0) return loadFile
    events.removeAllListeners() // they are the load file's, which adds them once more
    this.#loadFile = await own.load({ ...own.plan, params: { ...own.plan.params, ...said } })
    return this.#loadFile
  }

  /** A run is over: ready for the next. */
  async #over(): Promise<void> {
    const { host, id, log } = this.#options
    const { loadFile, setupData, worker } = this.#run as Run
    this.#run = undefined
    try {
      await loadFile.teardown?.(setupData, worker.environment)
    } catch (error) {
      log.error(`teardown failed: ${messageOf(error)}`)
      host.sendFrame(exception(id, `teardown failed: ${messageOf(error)}`, ''))
    }
    if (this.#leaving) return this.#quit(workerExitCodes.done)
    host.state('ready')
    host.sendFrame(clientReady(id))
  }

  #quit(exitCode: number): void {
    const { host, id, onLeft } = this.#options
    this.#leaving = true
    host.sendFrame(workerQuit(id))
    onLeft(exitCode)
  }

  #nameClasses(): void {
    const { host, id } = this.#options
    const users = Object.fromEntries([...(this.#loadFile?.userClasses.keys() ?? [])].map((name) => [name, 0]))
    host.sendFrame(stats(id, toLocustStats([], users, { startedAtEpochMs: Date.now() })))
  }

  /** What the master says is done in its order; loading a file takes a while. */
  #then(step: () => Promise<void> | void): void {
    this.#beginning = this.#beginning.then(step).catch((error: unknown) => {
      this.#options.log.error(`cannot follow a message of the master: ${String(error)}`)
    })
  }
}

function spawnOf(data: unknown): Spawn | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { timestamp, user_classes_count: counts, host, stop_timeout: stopTimeout } = data as Record<string, unknown>
  const { parsed_options: options } = data as Record<string, unknown>
  if (typeof timestamp !== 'number' || typeof counts !== 'object' || counts === null) return undefined
  const users: Record<string, number> = {}
  for (const [name, count] of Object.entries(counts))
    if (Number.isSafeInteger(count) && (count as number) >= 0) users[name] = count as number
  return {
    timestamp,
    users,
    host: typeof host === 'string' && host !== '' ? host : undefined,
    stopTimeoutMs: typeof stopTimeout === 'number' && stopTimeout > 0 ? stopTimeout * 1_000 : 0,
    options: typeof options === 'object' && options !== null ? (options as Record<string, unknown>) : {},
  }
}

/** Our own plan with what the master says of a run. */
function planOf(plan: RunPlan, { host, stopTimeoutMs, options }: Spawn): RunPlan {
  return {
    ...plan,
    host: host ?? plan.host,
    stopTimeout: stopTimeoutMs,
    tags: textsOf(options.tags) ?? plan.tags,
    excludeTags: textsOf(options.exclude_tags) ?? plan.excludeTags,
    stats: { ...plan.stats, reportInterval: reportIntervalMs },
  }
}

function textsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  return value.filter((each): each is string => typeof each === 'string')
}
