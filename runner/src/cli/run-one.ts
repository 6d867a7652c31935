import { Command } from 'commander'
import { KatydidError } from '../errors.ts'
import { type PlanFlags, planOptions } from '../plan/options.ts'
import type { System } from '../system.ts'
import { addLoadFlags, type LoadFlags, toPlanFlags } from './load-flags.ts'

interface RunOneFlags extends LoadFlags {
  iterations: string
}

/** `katydid run-one`: one user, every request and response printed; until every task has run, its end, `-t`, a failure or Ctrl-C. */
export function build(system: System, done: (exitCode: number) => void): Command {
  const command = new Command('run-one')
    .description('run one user and print every request and response')
    .argument('[file]', 'load file (TypeScript or JavaScript)')
    .argument('[class]', 'user class. Default: the first one of the load file')
  addLoadFlags(command).option(
    '--iterations <count>',
    'how many times each task runs. The first failure ends the run',
    '1',
  )
  return command.action(async (file: string | undefined, name: string | undefined, flags: RunOneFlags) => {
    const iterations = iterationsOf(flags.iterations)
    const { prepare } = await import('./prepare.ts')
    const planFlags = toPlanFlags(file, name === undefined ? [] : [name], flags)
    refuseLoad(planFlags)
    const prepared = await prepare({ system, values: flags.values, flags: planFlags })
    const { runOne } = await import('./run-one-user.ts')
    done(await runOne(system, prepared, iterations))
  })
}

/** Of a single user they would mean nothing. */
function refuseLoad(given: PlanFlags): void {
  const { flag } =
    planOptions.find(({ name, path }) => path[1] === 'profile' && name !== 'runTime' && given[name] !== undefined) ?? {}
  if (flag)
    throw new KatydidError('USAGE', `run-one runs one user: ${flag} is not possible`, {
      hint: `remove ${flag}, or use katydid run`,
    })
}

function iterationsOf(text: string): number {
  const iterations = Number(text)
  if (/^\d+$/.test(text) && iterations >= 1 && iterations <= 1_000_000) return iterations
  throw new KatydidError('USAGE', `bad --iterations ${JSON.stringify(text)}`, {
    hint: 'use a whole number from 1 to 1,000,000',
  })
}
