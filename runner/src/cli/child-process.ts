import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { System } from '../system.ts'

/** This program once more, as a child that ends with its parent: it takes the end of the channel to it for a SIGTERM (`system.ts`). */
export function childProcess(args: readonly string[], env: System['env']): ChildProcess {
  const main = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url))
  return spawn(process.execPath, [...process.execArgv, main, ...args], {
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true, // Ctrl-C is for the parent, which tells its children in order
  })
}
