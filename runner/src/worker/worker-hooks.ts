import type { Environment } from '../users/environment.ts'
import { events } from '../users/events.ts'

/**
 * The load file's turning points in a process that is a worker only. In a local run the master fires them, in the same process, and
 * here nothing happens.
 */
export class WorkerHooks {
  readonly #environment: Environment
  readonly #apart: boolean

  constructor(environment: Environment) {
    this.#environment = environment
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

  /** What the load file adds to a report. */
  report(clientId: string): Record<string, unknown> | undefined {
    if (!this.#apart) return undefined
    const data: Record<string, unknown> = {}
    events.reportToMaster.fire({ clientId, data })
    return data
  }

  heartbeat(clientId: string): void {
    if (this.#apart) events.heartbeatReceived.fire({ clientId, at: Date.now() })
  }

  quit(exitCode: number): void {
    if (this.#apart) events.quit.fire({ exitCode })
  }
}
