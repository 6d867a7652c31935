import { Command } from 'commander'
import type { System } from '../system.ts'
import { addLoadFlags, addMasterLoadFlags, toPlanFlags } from './load-flags.ts'
import { addReportFlags } from './report-flags.ts'
import type { MasterFlags } from './run-master.ts'

/** `katydid master`: one run whose workers come over the network; the exit code is its verdict. */
export function build(system: System, done: (exitCode: number) => void): Command {
  const command = new Command('master')
    .description(
      'run a load test on workers that join over the network. The exit code is the verdict: 0 passed, 1 failed, 2 broken',
    )
    .argument('[file]', 'load file (TypeScript or JavaScript)')
    .argument('[classes...]', 'run only these user classes')
  return addReportFlags(addMasterLoadFlags(addLoadFlags(command)))
    .option('--bind-host <host>', 'address on which to wait for workers. Default: all addresses')
    .option('--bind-port <port>', 'port on which to wait for workers. 0 chooses a free port', '5557')
    .option(
      '--heartbeat-liveness <duration>',
      'a worker is missing after this time without a heartbeat (default 8s; 4s if its connection is closed)',
    )
    .option('--run-token <text>', 'name of this run. The master rejects workers that were started for another run')
    .option(
      '--checkpoint <file>',
      'save the run to this file. A master that is started again with it serves what was saved, and starts no load',
    )
    .option('--checkpoint-interval <duration>', 'with --checkpoint: time between two saves', '1m')
    .option('--web-host <host>', 'address on which to serve verdict and result. Default: all addresses')
    .option('--web-port <port>', 'port on which to serve verdict, result and /metrics for Prometheus', '8089')
    .option('--serve', 'after the run, keep serving its result until a signal')
    .option(
      '--workers-job <name>',
      'in a pod with the right to read Jobs: the Job of the workers. Findings then say why workers are missing, and the master does not wait for pods that cannot start',
    )
    .option(
      '--verdict-job <name>',
      'with --workers-job: the Job that asks for the verdict. The master ends it if a sidecar container keeps its pod running',
    )
    .option('--headless', 'no effect. Accepted for command lines that come from Locust')
    .option('--typecheck', 'check the types of the load file before the run')
    .option('-l, --list', 'list the user classes of the load file and exit')
    .action(async (file: string | undefined, classes: string[], flags: MasterFlags & { list?: boolean }) => {
      if (flags.list) {
        const { listClasses } = await import('./list-classes.ts')
        return listClasses(system, toPlanFlags(file, classes, flags), flags)
      }
      const { runMaster } = await import('./run-master.ts')
      done(await runMaster(system, toPlanFlags(file, classes, flags), flags))
    })
}
