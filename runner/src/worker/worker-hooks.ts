import type { Environment } from '../environment/environment.ts'
import { messageOf } from '../errors.ts'
import type { EventKind } from '../facts/run-event.ts'
import { events } from '../hooks/events.ts'
import { GivenUp, type HookLimits, hookTimes } from '../hooks/hook-time.ts'

export interface WorkerHooksOptions {
  environment: Environment
  clientId: string
  plan: HookLimits
  /** Of what went wrong in user code. */
  tell(kind: EventKind, text: string): void
}

/**
 * The load file's turning points in a process that is a worker only. In a local run the master fires them, in the same process, and
 * here nothing happens.
 */
export class WorkerHooks {
  readonly #environment: Environment
  readonly #clientId: string
  readonly #tell: WorkerHooksOptions['tell']
  readonly #apart: boolean
  readonly #times: ReturnType<typeof hookTimes>

  constructor({ environment, clientId, plan, tell }: WorkerHooksOptions) {
    this.#times = hookTimes(plan)
    this.#environment = environment
    this.#clientId = clientId
    this.#tell = tell
    this.#apart = environment.role === 'worker'
  }

  /** Never rejects, and comes back in the time that hooks may take: a worker that waits for one runs no users, or does not leave. */
  async fire(hook: 'init' | 'testStart' | 'testStopping' | 'testStop' | 'quitting'): Promise<void> {
    if (!this.#apart) return
    const time = hook === 'init' || hook === 'testStart' ? this.#times.before : this.#times.after
    try {
      await time.within(() => events[hook].fireAsync({ environment: this.#environment }))
    } catch (error) {
      if (error instanceof GivenUp) return
      this.#tell('hook_failed', `${hook} failed on worker ${this.#clientId}: ${messageOf(error)}`)
    }
  }

  /** Nobody waits for what comes before the load. */
  giveUpStart(): void {
    this.#times.before.end('the worker leaves')
  }

  spawningComplete(userCount: number): void {
    if (this.#apart) events.spawningComplete.fire({ userCount })
  }

  resetStats(): void {
    if (this.#apart) events.resetStats.fire({ environment: this.#environment })
  }

  /** What the load file adds to a report, as JSON: nothing that user code made may keep a report from being sent. */
  report(): Record<string, unknown> | undefined {
    if (!this.#apart) return undefined
    const data: Record<string, unknown> = {}
    events.reportToMaster.fire({ clientId: this.#clientId, data })
    if (Object.keys(data).length === 0) return data
    try {
      return JSON.parse(JSON.stringify(data))
    } catch (error) {
      this.#tell('listener_failed', `a listener of reportToMaster added a value that is not JSON: ${messageOf(error)}`)
      return {}
    }
  }

  heartbeat(): void {
    if (this.#apart) events.heartbeatReceived.fire({ clientId: this.#clientId, at: Date.now() })
  }

  quit(exitCode: number): void {
    if (this.#apart) events.quit.fire({ exitCode })
  }
}
