/** What the load file has to say at the run's turning points. The master calls each once, in this order, and waits for it. */
export interface RunHooks {
  init(): Promise<void>
  /** `setup()`; its result, as JSON, is what every user finds in `environment.data`. */
  setup(): Promise<unknown>
  testStart(): Promise<void>
  spawningComplete(userCount: number): void
  resetStats(): void
  testStopping(): Promise<void>
  teardown(data: unknown): Promise<void>
  testStop(): Promise<void>
  quitting(): Promise<void>
  quit(exitCode: number): void
  /** A worker has joined; not of a local run, where there is none to join. */
  workerConnect?(clientId: string): void
  /** A worker's report is there; `data` is what listeners added to it over there. */
  workerReport?(clientId: string, data: Record<string, unknown>): void
  /** A worker's heartbeat was answered. */
  heartbeatSent?(clientId: string): void
}
