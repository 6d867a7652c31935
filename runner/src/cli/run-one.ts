import { Command } from 'commander'
import type { System } from '../system.ts'
import { addLoadFlags, type LoadFlags, toPlanFlags } from './load-flags.ts'

/** `katydid run-one`: one user, every request and response printed; until its end, `-t` or Ctrl-C. */
export function build(system: System, done: (exitCode: number) => void): Command {
  const command = new Command('run-one')
    .description('run a single user and print every request and response')
    .argument('[file]', 'load file (TypeScript or JavaScript)')
    .argument('[class]', 'user class; left out: the first of the load file')
  return addLoadFlags(command).action(async (file: string | undefined, name: string | undefined, flags: LoadFlags) => {
    const { prepare } = await import('./prepare.ts')
    const planFlags = toPlanFlags(file, name === undefined ? [] : [name], flags)
    const prepared = await prepare({ system, values: flags.values, flags: planFlags })
    const { runOne } = await import('./run-one-user.ts')
    done(await runOne(system, prepared))
  })
}
