import { Command } from 'commander'
import type { System } from '../system.ts'

/** What the list of commands says of `katydid worker`; the command itself does without this library (main.ts). */
export function build(system: System, done: (exitCode: number) => void): Command {
  return new Command('worker')
    .description('run users for a Katydid or Locust master')
    .allowUnknownOption()
    .helpOption(false)
    .action(async () => {
      const { worker } = await import('./worker.ts')
      done(await worker(system))
    })
}
