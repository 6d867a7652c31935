import type { Environment } from '../environment/environment.ts'
import { events } from '../hooks/events.ts'
import type { LoadFile } from '../loadfile/load-file.ts'

/** The load file's code at the phases of a run. The master calls each hook once, in this order, and waits for it. */
export interface RunHooks {
  init(): Promise<void>
  /** Calls `setup()`. Every user gets its result, as JSON, in `environment.data`. */
  setup(): Promise<unknown>
  testStart(): Promise<void>
  spawningComplete(userCount: number): void
  resetStats(): void
  testStopping(): Promise<void>
  teardown(data: unknown): Promise<void>
  testStop(): Promise<void>
  quitting(): Promise<void>
  quit(exitCode: number): void
  /** A worker has joined. Not called in a local run, where no worker joins. */
  workerConnect?(clientId: string): void
  /** A worker's report has come. `data` is what listeners on the worker added to it. */
  workerReport?(clientId: string, data: Record<string, unknown>): void
  /** A worker's heartbeat was answered. */
  heartbeatSent?(clientId: string): void
}

/** The hooks of a load file: its `setup` and `teardown`, and whoever listens to `events`. */
export function userHooks(loadFile: LoadFile, environment: Environment): RunHooks {
  return {
    init: () => events.init.fireAsync({ environment }),
    setup: async () => loadFile.setup?.(environment),
    testStart: () => events.testStart.fireAsync({ environment }),
    spawningComplete: (userCount) => events.spawningComplete.fire({ userCount }),
    resetStats: () => events.resetStats.fire({ environment }),
    testStopping: () => events.testStopping.fireAsync({ environment }),
    teardown: async (data) => {
      await loadFile.teardown?.(data, environment)
    },
    testStop: () => events.testStop.fireAsync({ environment }),
    quitting: () => events.quitting.fireAsync({ environment }),
    quit: (exitCode) => events.quit.fire({ exitCode }),
    ...(environment.role === 'local'
      ? {}
      : {
          workerConnect: (clientId: string) => events.workerConnect.fire({ clientId }),
          workerReport: (clientId: string, data: Record<string, unknown>) =>
            events.workerReport.fire({ clientId, data }),
          heartbeatSent: (clientId: string) => events.heartbeatSent.fire({ clientId, at: Date.now() }),
        }),
  }
}
