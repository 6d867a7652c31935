import { KatydidError } from '../errors.ts'
import type { System } from '../system.ts'
import { workerExitCodes } from '../worker/exit-codes.ts'
import { childProcess } from './child-process.ts'
import { processCount } from './process-count.ts'

/** `katydid worker --processes N`: N workers as children of this process, each with a name of its own; leaves with the worst of their exit codes. */
export async function workerProcesses(system: System, processes: string): Promise<number> {
  const count = processCount(processes)
  const args = withoutProcesses(system.args)
  if (args.some((arg) => arg === '--id' || arg.startsWith('--id=')))
    throw new KatydidError('USAGE', '--id names one worker, and --processes makes several', { hint: 'leave --id out' })
  const children = Array.from({ length: count }, () => childProcess(args, system.env))
  const stopListening = system.onSignal((signal) => {
    for (const child of children) child.kill(signal)
  })
  const codes = await Promise.all(
    children.map(
      (child) =>
        new Promise<number>((resolve) => {
          child.on('error', () => resolve(workerExitCodes.crashed))
          child.on('exit', (code) => resolve(code ?? workerExitCodes.crashed))
        }),
    ),
  )
  stopListening()
  return Math.max(...codes)
}

function withoutProcesses(args: readonly string[]): string[] {
  const at = args.indexOf('--processes')
  if (at >= 0) return args.toSpliced(at, 2)
  return args.filter((arg) => !arg.startsWith('--processes='))
}
