import type { Outcome } from '../errors.ts'
import type { Environment, Measured, Runtime } from './environment.ts'
import type { MessageHandler } from './mailbox.ts'
import { type Measuring, measureInto } from './measure.ts'
import type { RunStats } from './run-stats.ts'

/** What a user's environment must know of the user. */
interface EnvironmentOwner extends Measuring {
  readonly runtime: Runtime
}

/** The run's environment as one user sees it: what it measures knows the user's schedule, and whether it was interrupted. */
export class UserEnvironment implements Environment {
  readonly #user: EnvironmentOwner

  constructor(user: EnvironmentOwner) {
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
