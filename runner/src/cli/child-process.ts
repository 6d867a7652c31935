import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { System } from '../system.ts'

/** A process of this program that this one has started. */
export interface Child {
  /** How it ended, or that it could not be started; never rejects. */
  readonly ended: Promise<ChildEnd>
  /** Does nothing to one that has ended. */
  kill(signal: NodeJS.Signals): void
}

interface ChildEnd {
  /** Undefined where it did not come to end by itself. */
  exitCode: number | undefined
  /** For the end of a sentence that it begins. */
  how: string
}

/** This program once more, as a child that ends with its parent: it takes the end of the channel to it for a SIGTERM (`system.ts`). */
export function childProcess(args: readonly string[], env: System['env']): Child {
  const main = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true, // Ctrl-C is for the parent, which tells its children in order
  })
  const ended = new Promise<ChildEnd>((resolve) => {
    child.on('error', ({ message }) => resolve({ exitCode: undefined, how: `did not start (${message})` }))
    child.on('exit', (code, signal) =>
      resolve({
        exitCode: code ?? undefined,
        how: signal ? `ended with signal ${signal}` : `ended with exit code ${code}`,
      }),
    )
  })
  return { ended, kill: (signal) => void child.kill(signal) }
}
