import { messageOf } from '../errors.ts'
import type { Environment } from '../users/environment.ts'
import { events } from '../users/events.ts'

/**
 * The load file's turning points in a process that is a worker only. In a local run the master fires them, in the same process, and
 * here nothing happens.
 */
export class WorkerHooks {
  readonly #environment: Environment
  readonly #clientId: string
  readonly #tell: (kind: string, text: string) => void
  readonly #apart: boolean

  /** @param tell of what went wrong in user code */
  constructor(environment: Environment, clientId: string, tell: (kind: string, text: string) => void) {
    this.#environment = environment
    this.#clientId = clientId
    this.#tell = tell
    this.#apart = environment.role === 'worker'
  }

  async fire(hook: 'init' | 'testStart' | 'testStopping' | 'testStop' | 'quitting'): Promise<void> {
    if (this.#apart) await events[hook].fireAsync({ environment: this.#environment })
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
      this.#tell('listener_failed', `a listener of reportToMaster added what is not JSON: ${messageOf(error)}`)
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
