import type { Outcome } from '../errors.ts'
import type { Meter } from '../stats/meter.ts'
import type { Environment, Measured } from './environment.ts'
import { measureInto } from './measure.ts'

export interface RunEnvironmentOptions {
  host: string | undefined
  role: Environment['role']
  meter: Meter
  params?: Readonly<Record<string, unknown>>
  /** ms since the run's first moment. */
  runClock?: () => number
  /** Asked to end the run: the owner passes it on to the master. Called once; `outcome` is `passed` unless the user said more. */
  onStop(reason: string, outcome: Outcome): void
}

/** The environment of one run in one process. */
export class RunEnvironment implements Environment {
  readonly host: string | undefined
  readonly role: Environment['role']
  readonly params: Readonly<Record<string, unknown>>
  /** What `setup()` returned; the owner sets it before the first user. */
  data: unknown = undefined
  readonly #options: RunEnvironmentOptions
  #stopped = false

  constructor(options: RunEnvironmentOptions) {
    this.host = options.host
    this.role = options.role
    this.params = options.params ?? {}
    this.#options = options
  }

  get runTime(): number {
    return Math.max(0, (this.#options.runClock?.() ?? 0) / 1_000)
  }

  measure<T>(what: Measured<T>, run: () => T | Promise<T>): Promise<T> {
    return measureInto(this.#options.meter, what, run)
  }

  stop(reason = 'stopped by the load file', outcome: Outcome = 'passed'): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#options.onStop(reason, outcome)
  }
}
