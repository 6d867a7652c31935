import { resolve } from 'node:path'
import { isCheckpointOf, removeEarlierResults } from '../outputs/earlier-results.ts'
import { type AskedFiles, fileOutputs } from '../outputs/file-outputs.ts'
import type { System } from '../system.ts'

/** Commands whose files tell a verdict. */
const tellers = ['run', 'master', 'verdict']
const flags = [...Object.keys(fileOutputs), 'run-token']
/** With one of these nothing is run. */
const askOnly = ['-h', '--help', '-l', '--list']

/**
 * Removes the results of earlier runs that are where this command line wants its own. Before anything is parsed, since a command line that is
 * refused must not leave them, either. A master that was started again keeps them: they are of its own run.
 */
export function clearResults({ args, cwd }: Pick<System, 'args' | 'cwd'>): void {
  const [command = '', ...rest] = args
  if (!tellers.includes(command) || rest.some((arg) => askOnly.includes(arg))) return
  const { 'run-token': token, ...asked } = valuesOf(rest)
  const { checkpoint } = asked
  if (checkpoint !== undefined && token !== undefined && isCheckpointOf(resolve(cwd(), checkpoint), token)) return
  removeEarlierResults(asked, cwd())
}

function valuesOf(args: readonly string[]): AskedFiles & { 'run-token'?: string } {
  const values: Record<string, string> = {}
  for (const [index, arg] of args.entries())
    for (const flag of flags) {
      const next = args[index + 1]
      if (arg === `--${flag}` && next !== undefined) values[flag] = next
      else if (arg.startsWith(`--${flag}=`)) values[flag] = arg.slice(flag.length + 3)
    }
  return values
}
