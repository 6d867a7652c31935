import type { Outcome } from '../errors.ts'
import type { UserState } from '../tasks/user-state.ts'
import type { Environment, Measured } from './environment.ts'
import type { MessageHandler } from './mailbox.ts'
import { measureInto } from './measure.ts'
import type { RunStats } from './run-stats.ts'

/** The run's environment as one user sees it: what it measures knows the user's schedule, and whether it was interrupted. */
export class UserEnvironment implements Environment {
  readonly #user: UserState

  constructor(user: UserState) {
    this.#user = user
  }

  get host(): string | undefined {
    return this.#user.runtime.environment.host
  }

  get role(): Environment['role'] {
    return this.#user.runtime.environment.role
  }

  get data(): unknown {
    return this.#user.runtime.environment.data
  }

  get params(): Readonly<Record<string, unknown>> {
    return this.#user.runtime.environment.params
  }

  get runTime(): number {
    return this.#user.runtime.environment.runTime
  }

  get stats(): RunStats | undefined {
    return this.#user.runtime.environment.stats
  }

  get workers(): readonly string[] {
    return this.#user.runtime.environment.workers
  }

  get workerCount(): number {
    return this.#user.runtime.environment.workerCount
  }

  get workerIndex(): number {
    return this.#user.runtime.environment.workerIndex
  }

  send(name: string, data?: unknown, workerId?: string): void {
    this.#user.runtime.environment.send(name, data, workerId)
  }

  onMessage(name: string, handler: MessageHandler): () => void {
    return this.#user.runtime.environment.onMessage(name, handler)
  }

  measure<T>(what: Measured<T>, run: () => T | Promise<T>): Promise<T> {
    return measureInto(this.#user.runtime.meter, what, run, this.#user)
  }

  stop(reason?: string, outcome?: Outcome): void {
    this.#user.runtime.environment.stop(reason, outcome)
  }
}
