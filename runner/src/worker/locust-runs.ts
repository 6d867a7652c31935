import type { LoadFile } from '../loadfile/load-file.ts'
import type { Log } from '../log.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { Frame } from '../transport/locust/decode.ts'
import { clientReady, clientStopped, stats, workerQuit } from '../transport/locust/frames.ts'
import { toLocustStats } from '../transport/locust/stats-payload.ts'
import { LocustMasterLink } from '../transport/peers/locust-master-link.ts'
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
}

/** A worker under a Python Locust master: one run after the other, each with a worker of its own, as the master says. */
export class LocustRuns {
  readonly #options: LocustRunsOptions
  #loadFile: LoadFile | undefined
  #link: LocustMasterLink | undefined
  #worker: Worker | undefined
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
        log.error(`the load file cannot be used: ${(error as Error).message}`)
        return onLeft(workerExitCodes.unusable)
      }
      this.#nameClasses()
    })
  }

  frame({ type, data }: Frame): void {
    const { host, id, version, onLeft } = this.#options
    switch (type) {
      case 'spawn': {
        const spawn = spawnOf(data)
        if (spawn) this.#then(() => this.#spawn(spawn))
        return
      }
      case 'stop':
        this.#then(async () => {
          if (this.#worker) return this.#link?.take({ type: 'stop' })
          host.sendFrame(clientStopped(id))
          host.sendFrame(clientReady(id, version))
        })
        return
      case 'quit':
        this.#then(async () => {
          this.#leaving = true
          if (this.#worker) return this.#link?.take({ type: 'stop' })
          host.sendFrame(workerQuit(id))
          onLeft(workerExitCodes.done)
        })
        return
      case 'spawning_complete': {
        const { user_count: userCount } = (data ?? {}) as { user_count?: unknown }
        if (typeof userCount === 'number') this.#link?.take({ type: 'spawning_complete', userCount })
        return
      }
      case 'heartbeat':
        this.#worker?.heard()
        return
      case 'ack':
      case 'reconnect':
      case 'update_user_class':
        return
      default:
        this.#link?.take({ type: 'message', name: type, data })
    }
  }

  suspend(): void {
    this.#worker?.suspend()
  }

  resume(): void {
    this.#worker?.resume()
  }

  terminate(): void {
    this.frame({ type: 'quit', data: null, nodeId: '' })
  }

  async #spawn(spawn: Spawn): Promise<void> {
    if (!this.#worker) await this.#begin(spawn)
    const known = this.#loadFile?.userClasses ?? new Map()
    const users = Object.fromEntries(Object.entries(spawn.users).filter(([name]) => known.has(name)))
    const strange = Object.keys(spawn.users).filter((name) => !known.has(name) && (spawn.users[name] ?? 0) > 0)
    if (strange.length > 0)
      this.#options.log.warn(`the master asks for users of ${strange.join(', ')}, which there are none of here`)
    this.#link?.take({ type: 'spawn', target: { timestamp: spawn.timestamp, users } })
  }

  async #begin(spawn: Spawn): Promise<void> {
    const { host, id, version, index, log, own } = this.#options
    const loadFile = this.#loadFile as LoadFile
    const startedAtEpochMs = performance.timeOrigin + performance.now()
    const link = new LocustMasterLink({ host, id, startedAtEpochMs, log })
    const plan: RunPlan = {
      ...own.plan,
      host: spawn.host ?? own.plan.host,
      stopTimeout: spawn.stopTimeoutMs,
      stats: { ...own.plan.stats, reportInterval: reportIntervalMs },
    }
    const classes = loadFile.userClasses
    const worker = new Worker({ plan, link, classes, params: loadFile.params, role: 'worker', version, id, index })
    this.#link = link
    this.#worker = worker
    link.closed(() => this.#over())
    link.stopped(() => link.take({ type: 'quit' }))
    await worker.join()
    // nobody else runs it: under a Locust master there is no master of ours
    const setupData = await loadFile.setup?.(worker.environment)
    link.take({ type: 'start', startedAtEpochMs, setupData })
  }

  /** A run is over: ready for the next. */
  #over(): void {
    const { host, id, version, onLeft } = this.#options
    this.#worker = undefined
    this.#link = undefined
    if (this.#leaving) {
      host.sendFrame(workerQuit(id))
      onLeft(workerExitCodes.done)
      return
    }
    host.state('ready')
    host.sendFrame(clientReady(id, version))
  }

  #nameClasses(): void {
    const { host, id } = this.#options
    const users = Object.fromEntries([...(this.#loadFile?.userClasses.keys() ?? [])].map((name) => [name, 0]))
    host.sendFrame(stats(id, toLocustStats([], users, { startedAtEpochMs: Date.now() })))
  }

  /** What the master says is done in its order; loading a file takes a while. */
  #then(step: () => Promise<void> | void): void {
    this.#beginning = this.#beginning.then(step).catch((error: unknown) => {
      this.#options.log.error(`a message of the master could not be followed: ${String(error)}`)
    })
  }
}

function spawnOf(data: unknown): Spawn | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { timestamp, user_classes_count: counts, host, stop_timeout: stopTimeout } = data as Record<string, unknown>
  if (typeof timestamp !== 'number' || typeof counts !== 'object' || counts === null) return undefined
  const users: Record<string, number> = {}
  for (const [name, count] of Object.entries(counts))
    if (Number.isSafeInteger(count) && (count as number) >= 0) users[name] = count as number
  return {
    timestamp,
    users,
    host: typeof host === 'string' && host !== '' ? host : undefined,
    stopTimeoutMs: typeof stopTimeout === 'number' && stopTimeout > 0 ? stopTimeout * 1_000 : 0,
  }
}
