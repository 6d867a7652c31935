import { Command } from 'commander'
import { createLog } from '../log.ts'
import type { PlanFlags } from '../plan/options.ts'
import { redact } from '../secrets/redactions.ts'
import type { System } from '../system.ts'
import { addLoadFlags, type LoadFlags, toPlanFlags } from './load-flags.ts'
import { addReportFlags } from './report-flags.ts'
import type { ServeFlags } from './while-served.ts'

interface RunFlags extends LoadFlags, ServeFlags {
  typecheck?: boolean
  list?: boolean
  processes?: string
}

/** `katydid run`: a load test on this machine, from the plan to the exit code. */
export function build(system: System, done: (exitCode: number) => void): Command {
  const command = new Command('run')
    .description('run a load test. The exit code is the verdict: 0 passed, 1 failed, 2 broken')
    .argument('[file]', 'load file (TypeScript or JavaScript)')
    .argument('[classes...]', 'run only these user classes')
  return addReportFlags(addLoadFlags(command))
    .option('--processes <count>', 'number of worker processes on this machine, or auto: one for each core')
    .option('--web-host <host>', 'with --web-port: address to serve on. Default: all addresses')
    .option(
      '--web-port <port>',
      'serve progress, verdict and /metrics for Prometheus on this port during the run. 0 chooses a free port',
    )
    .option('--headless', 'no effect. Accepted for command lines that come from Locust')
    .option('--typecheck', 'check the types of the load file before the run')
    .option('-l, --list', 'list the user classes of the load file and exit')
    .action(async (file: string | undefined, classes: string[], flags: RunFlags) => {
      const planFlags = toPlanFlags(file, classes, flags)
      if (flags.list) {
        const { listClasses } = await import('./list-classes.ts')
        return listClasses(system, planFlags, flags)
      }
      try {
        done(await conduct(system, planFlags, flags))
      } catch (error) {
        // of a run by the clock nobody reads the log
        if (system.env.KATYDID_NOTIFY_URL) {
          const { notifyOf } = await import('./notifications.ts')
          const log = await createLog({ format: flags.logFormat, level: flags.logLevel, redact })
          await notifyOf(system, { error }, log)
        }
        throw error
      }
    })
}

async function conduct(system: System, planFlags: PlanFlags, flags: RunFlags): Promise<number> {
  if (flags.processes !== undefined) {
    const { runProcesses } = await import('./run-processes.ts')
    return runProcesses(system, planFlags, flags, flags.processes)
  }
  const { prepare } = await import('./prepare.ts')
  const prepared = await prepare({ system, values: flags.values, flags: planFlags, typecheck: flags.typecheck })
  const { runLocally } = await import('./run-locally.ts')
  return runLocally(system, prepared, flags)
}
