import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { nodeId } from '../transport/node-id.ts'

/** What children get to leave by themselves once the run is over. */
const leaveMs = 5_000

/** Worker processes of this one. They end with it: each takes the end of the channel to it for a SIGTERM (`system.ts`). */
export class WorkerChildren {
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #onExit: (id: string, reason: string) => void
  readonly #children = new Map<string, ChildProcess>()

  constructor(env: Readonly<Record<string, string | undefined>>, onExit: (id: string, reason: string) => void) {
    this.#env = env
    this.#onExit = onExit
  }

  start(count: number, port: number, logFormat: string): void {
    const main = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url))
    for (let i = 0; i < count; i++) {
      const id = nodeId()
      const args = ['worker', '--master-host', '127.0.0.1', '--master-port', String(port), '--id', id]
      const child = spawn(
        process.execPath,
        [...process.execArgv, main, ...args, '-L', 'warn', '--log-format', logFormat],
        {
          env: this.#env as NodeJS.ProcessEnv,
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
          // Ctrl-C is for the master alone, which ends the run in order
          detached: true,
        },
      )
      this.#children.set(id, child)
      child.on('exit', (code, signal) => {
        this.#children.delete(id)
        this.#onExit(id, signal ? `its process was ended by ${signal}` : `its process ended with exit code ${code}`)
      })
      child.on('error', (error) => this.#onExit(id, `its process could not be started: ${error.message}`))
    }
  }

  /** Waits until all have left, and ends those that do not. */
  async end(): Promise<void> {
    const deadline = performance.now() + leaveMs
    while (this.#children.size > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10))
    for (const child of this.#children.values()) child.kill('SIGKILL')
  }
}
