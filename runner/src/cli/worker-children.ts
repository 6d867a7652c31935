import { setTimeout as sleep } from 'node:timers/promises'
import type { System } from '../system.ts'
import { nodeId } from '../transport/node-id.ts'
import { type Child, childProcess } from './child-process.ts'

/** What children get to leave by themselves once the run is over. */
const leaveMs = 5_000

/** Worker processes of this one's master. */
export class WorkerChildren {
  readonly #env: System['env']
  readonly #onExit: (id: string, reason: string) => void
  readonly #children: Child[] = []

  constructor(env: System['env'], onExit: (id: string, reason: string) => void) {
    this.#env = env
    this.#onExit = onExit
  }

  start(count: number, port: number, logFormat: string): void {
    for (let i = 0; i < count; i++) {
      const id = nodeId()
      const where = ['--master-host', '127.0.0.1', '--master-port', String(port)]
      const child = childProcess(['worker', ...where, '--id', id, '-L', 'warn', '--log-format', logFormat], this.#env)
      this.#children.push(child)
      void child.ended.then(({ how }) => this.#onExit(id, `its process ${how}`))
    }
  }

  /** Waits until all have left, and ends those that do not. */
  async end(): Promise<void> {
    const all = Promise.all(this.#children.map(({ ended }) => ended))
    await Promise.race([all, sleep(leaveMs, undefined, { ref: false })])
    for (const child of this.#children) child.kill('SIGKILL')
  }
}
