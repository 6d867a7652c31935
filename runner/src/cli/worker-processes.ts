import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { KatydidError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { System } from '../system.ts'
import { workerExitCodes } from '../worker/exit-codes.ts'
import { type Child, childProcess } from './child-process.ts'
import { processCount } from './process-count.ts'

/** A process that crashed is followed by another, so often and after so long: at once, and later where one after the other crashes. */
const pausesMs = [0, 2_000, 6_000]

/**
 * `katydid worker --processes N`: N workers as children of this process, each with a name of its own. Another takes the place of one that
 * crashed: nobody else would, where this process is a pod that goes on. Leaves with the worst of their exit codes.
 */
export async function workerProcesses(system: System, processes: string, log: Pick<Log, 'warn'>): Promise<number> {
  const count = processCount(processes)
  const args = withoutProcesses(system.args)
  if (args.some((arg) => arg === '--id' || arg.startsWith('--id=')))
    throw new KatydidError('USAGE', '--id and --processes cannot be combined: --id is the name of one worker', {
      hint: 'remove --id',
    })
  const children = new Set<Child>()
  const name = system.env.KATYDID_WORKER_PLACE || randomUUID()
  const retry = Number(system.env.KATYDID_WORKER_RETRY) || 0
  const told = new AbortController()
  const tell = (signal: NodeJS.Signals) => {
    told.abort()
    for (const child of children) child.kill(signal)
  }
  const stopListening = system.onSignal(tell)
  const codes = await Promise.all(Array.from({ length: count }, (_, i) => place(`${name}/${i}`)))
  stopListening()
  // a run that has no use for one of them has none for this machine: a Job ends by it
  return codes.includes(workerExitCodes.unusable) ? workerExitCodes.unusable : Math.max(...codes)

  /** The workers of one place, one after the other, each in the place of the one before; the last one's exit code. */
  async function place(name: string): Promise<number> {
    for (let failures = 0; ; failures++) {
      const about = { KATYDID_WORKER_RETRY: String(retry + failures), KATYDID_WORKER_PLACE: name }
      const child = childProcess(args, { ...system.env, ...about })
      children.add(child)
      const { exitCode = workerExitCodes.crashed, how } = await child.ended
      children.delete(child)
      if (exitCode === workerExitCodes.unusable) tell('SIGTERM')
      if (exitCode !== workerExitCodes.crashed || told.signal.aborted) return exitCode
      const pauseMs = pausesMs[failures]
      log.warn(
        `a worker ${how}: ${pauseMs === undefined ? `it failed ${failures + 1} times, and is not started again` : 'a new one starts in its place'}`,
      )
      if (pauseMs === undefined) return exitCode
      await sleep(pauseMs, undefined, { signal: told.signal }).catch(() => {})
      if (told.signal.aborted) return exitCode
    }
  }
}

function withoutProcesses(args: readonly string[]): string[] {
  const at = args.indexOf('--processes')
  if (at >= 0) return args.toSpliced(at, 2)
  return args.filter((arg) => !arg.startsWith('--processes='))
}
