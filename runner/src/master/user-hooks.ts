import type { Environment } from '../environment/environment.ts'
import { events } from '../hooks/events.ts'
import type { LoadFile } from '../loadfile/load-file.ts'
import type { RunHooks } from './hooks.ts'

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
