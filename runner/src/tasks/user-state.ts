import type { Environment, Runtime } from '../environment/environment.ts'
import { UserEnvironment } from '../environment/user-environment.ts'
import { Schedule } from '../stats/meter.ts'

/** What the user loop must be able to do with whatever a user talks through; HttpClient is one. */
export interface UserClient {
  /** A request is under way. */
  readonly isWaiting: boolean
  /** How many requests it has begun. */
  readonly begun: number
  /** A task is over: what it left open is reported. */
  finishTask(): void
  /** Gives up what is under way. */
  abort(): void
  /** The user has ended: connections go. */
  close(): unknown
}

/** Where a user keeps what the library knows of it, out of the way of the fields its author gives it. */
export const state = Symbol('katydid.user')

/** Everything but the runtime and the schedule is made when first asked for: most of 50,000 users never do. */
export class UserState {
  readonly runtime: Runtime
  readonly schedule = new Schedule()
  client: UserClient | undefined
  /** How much it measures by `environment.measure` is under way. */
  measuring = 0
  /** How much was begun to be measured. */
  measured = 0
  aborted = false
  #controller: AbortController | undefined
  #environment: Environment | undefined

  constructor(runtime: Runtime) {
    this.runtime = runtime
  }

  get environment(): Environment {
    return (this.#environment ??= new UserEnvironment(this))
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.aborted) this.#controller.abort()
    }
    return this.#controller.signal
  }

  abort(): void {
    if (this.aborted) return
    this.aborted = true
    this.client?.abort()
    this.#controller?.abort()
  }

  /** After the user's end: whatever its code still has running should notice. */
  close(): void {
    this.aborted = true
    this.#controller?.abort()
    return void this.client?.close()
  }
}
