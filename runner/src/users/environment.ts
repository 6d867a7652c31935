import type { Meter } from '../stats/meter.ts'

/** What a user class, a hook or a task can know and do about the run: Locust's Environment. */
export interface Environment {
  /** Base URL of the plan (`--host`, `load.host`); a user class's `static host` goes before it. */
  readonly host: string | undefined
  readonly role: 'local' | 'master' | 'worker'
  /** What `setup()` returned, as JSON. */
  readonly data: unknown
  /** Measures anything a task does: success, or the failure it throws, counted under (type, name). */
  measure<T>(what: { type: string; name: string; bytes?: (result: T) => number }, run: () => T | Promise<T>): Promise<T>
  /** Ends the run now, as if its time were over. */
  stop(reason?: string): void
}

/** What users are made with on a worker: one per run. */
export interface Runtime {
  readonly environment: Environment
  readonly meter: Meter
}
