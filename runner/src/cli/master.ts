import { Command } from 'commander'
import type { System } from '../system.ts'
import { addLoadFlags, toPlanFlags } from './load-flags.ts'
import { addReportFlags } from './report-flags.ts'
import type { MasterFlags } from './run-master.ts'

/** `katydid master`: one run whose workers come over the network; the exit code is its verdict. */
export function build(system: System, done: (exitCode: number) => void): Command {
  const command = new Command('master')
    .description('run a load test on workers that join over the network; the exit code is its verdict')
    .argument('[file]', 'load file (TypeScript or JavaScript)')
    .argument('[classes...]', 'only these user classes')
  return addReportFlags(addLoadFlags(command))
    .option('--bind-host <host>', 'address to listen on for workers; left out: all')
    .option('--bind-port <port>', 'port to listen on for workers; 0 is any free one', '5557')
    .option('--expect-workers <count>', 'begin when so many workers have come (default 1)')
    .option('--expect-workers-max-wait <duration>', 'how long to wait for them before the run is broken (default 2m)')
    .option(
      '--heartbeat-liveness <duration>',
      'a worker not heard for so long is missing (default 8s; 4s where its connection is gone)',
    )
    .option('--run-token <text>', 'the name of this run: workers that were started for another are told to leave')
    .option(
      '--checkpoint <file>',
      'save the run there while it goes on: a master started again with it serves that, and loads nothing',
    )
    .option('--checkpoint-interval <duration>', 'how often', '1m')
    .option('--web-host <host>', 'address to serve verdict and result on; left out: all')
    .option('--web-port <port>', 'port to serve verdict, result and /metrics for Prometheus on', '8089')
    .option('--serve', 'stay after the run and serve its result until a signal')
    .option(
      '--workers-job <name>',
      'the Job of the workers, in a pod that may look at it: says why workers are missing, and no longer waits for them',
    )
    .option(
      '--verdict-job <name>',
      'with --workers-job, the Job that asks for the verdict: it is ended with it where another container keeps its pod',
    )
    .option('--headless', 'nothing: it is always so; for command lines that come from Locust')
    .option('--typecheck', 'check the types of the load file first')
    .option('-l, --list', 'list the user classes of the load file and leave')
    .action(async (file: string | undefined, classes: string[], flags: MasterFlags & { list?: boolean }) => {
      if (flags.list) {
        const { listClasses } = await import('./list-classes.ts')
        return listClasses(system, toPlanFlags(file, classes, flags), flags)
      }
      const { runMaster } = await import('./run-master.ts')
      done(await runMaster(system, toPlanFlags(file, classes, flags), flags))
    })
}
