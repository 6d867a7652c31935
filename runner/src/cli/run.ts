import { Command, Option } from 'commander'
import type { System } from '../system.ts'
import { addLoadFlags, type LoadFlags, toPlanFlags } from './load-flags.ts'

interface RunFlags extends LoadFlags {
  json?: string
  csv?: string
  csvFullHistory?: boolean
  junit?: string
  quiet?: boolean
  logFormat: 'json' | 'pretty'
  logLevel: string
  typecheck?: boolean
  list?: boolean
}

/** `katydid run`: a load test in this process, from the plan to the exit code. */
export function build(system: System, done: (exitCode: number) => void): Command {
  const command = new Command('run')
    .description('run a load test; the exit code is its verdict')
    .argument('[file]', 'load file (TypeScript or JavaScript)')
    .argument('[classes...]', 'only these user classes')
  return addLoadFlags(command)
    .option('--json <file>', 'write result.json')
    .option('--csv <prefix>', "write Locust's four CSV files")
    .option('--csv-full-history', 'with --csv: every name in the history, not only the total')
    .option('--junit <file>', 'write a JUnit report, a test case per threshold')
    .option('-q, --quiet', 'print nothing')
    .addOption(
      new Option('--log-format <format>', 'of the log on stderr').choices(['json', 'pretty']).default('pretty'),
    )
    .addOption(new Option('-L, --log-level <level>', 'least level that is logged').default('info'))
    .option('--typecheck', 'check the types of the load file first')
    .option('-l, --list', 'list the user classes of the load file and leave')
    .action(async (file: string | undefined, classes: string[], flags: RunFlags) => {
      const { prepare } = await import('./prepare.ts')
      const planFlags = toPlanFlags(file, classes, flags)
      const prepared = await prepare({ system, values: flags.values, flags: planFlags, typecheck: flags.typecheck })
      if (flags.list) {
        for (const name of prepared.classes.keys()) system.stdout.write(`${name}\n`)
        return
      }
      const { runToVerdict } = await import('./run-to-verdict.ts')
      done(await runToVerdict(system, prepared, flags))
    })
}
