import type { ChildProcess } from 'node:child_process'
import type { System } from '../system.ts'
import { nodeId } from '../transport/node-id.ts'
import { childProcess } from './child-process.ts'

/** What children get to leave by themselves once the run is over. */
const leaveMs = 5_000

/** Worker processes of this one's master. */
export class WorkerChildren {
  readonly #env: System['env']
  readonly #onExit: (id: string, reason: string) => void
  readonly #children = new Map<string, ChildProcess>()

  constructor(env: System['env'], onExit: (id: string, reason: string) => void) {
    this.#env = env
    this.#onExit = onExit
  }

  start(count: number, port: number, logFormat: string): void {
    for (let i = 0; i < count; i++) {
      const id = nodeId()
      const where = ['--master-host', '127.0.0.1', '--master-port', String(port)]
      const child = childProcess(['worker', ...where, '--id', id, '-L', 'warn', '--log-format', logFormat], this.#env)
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
