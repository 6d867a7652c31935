import { Command, CommanderError } from 'commander'
import { exitCodes } from '../errors.ts'
import type { System } from '../system.ts'
import { version } from '../version.ts'
import { clearResults } from './clear-results.ts'
import { describeError } from './describe-error.ts'

/** A command's file: builds it with its flags; its action resolves to the exit code through `done`. */
export interface CommandModule {
  build(system: System, done: (exitCode: number) => void): Command
}

/** Every command, and its file, imported only when it is asked for: a run should not wait for what it does not use. */
export const commands: Record<string, () => Promise<CommandModule>> = {
  init: () => import('./init.ts'),
  run: () => import('./run.ts'),
  'run-one': () => import('./run-one.ts'),
  plan: () => import('./plan.ts'),
  bundle: () => import('./bundle.ts'),
  master: () => import('./master.ts'),
  worker: () => import('./worker-help.ts'),
  target: () => import('./target.ts'),
  verdict: () => import('./verdict.ts'),
}

const documentation = '\nDocumentation: https://github.com/katydid/katydid/blob/main/runner/docs/README.md'

/** Runs one command line. Never throws and never ends the process: the exit code is the result. */
export async function cli(system: System): Promise<number> {
  let exitCode: number = exitCodes.passed
  const done = (code: number) => {
    exitCode = code
  }
  try {
    clearResults(system)
    const program = await buildProgram(system, done)
    await program.parseAsync([...system.args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.broken
    system.stderr.write(describeError(error, system.env))
    return exitCodes.broken
  }
}

async function buildProgram(system: System, done: (exitCode: number) => void): Promise<Command> {
  const program = new Command('katydid')
    .description('Load tests in TypeScript: one process or many, one verdict. Exit code 0 passed, 1 failed, 2 broken.')
    .version(version(), '-V, --version')
    .showSuggestionAfterError()
    .addHelpText('after', documentation)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void system.stdout.write(text),
      writeErr: (text) => void system.stderr.write(text.replace(/^error: /, 'katydid: ')),
      getOutHelpWidth: () => system.stdout.columns ?? 100,
    })
  const asked = commands[system.args[0] ?? '']
  const modules = asked ? [await asked()] : await Promise.all(Object.values(commands).map((load) => load()))
  for (const module of modules) {
    const command = module.build(system, done)
    command.copyInheritedSettings(program).addHelpText('after', documentation)
    program.addCommand(command)
  }
  return program
}
