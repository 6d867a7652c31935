import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ApiServer } from './api-server.ts'
import { isEnded, type JobName, ownJob, pathOf, podsOf } from './own-job.ts'
import { heldPod } from './pod-status.ts'

const againMs = 2_000
/** How long to watch. The Job begins once the workers' Job is over, and its pod may need a node and an image. */
const mostMs = 20 * 60_000

export interface VerdictJobOptions extends JobName {
  api: Pick<ApiServer, 'namespace' | 'get' | 'patch'>
  log: Pick<Log, 'info'>
  /** ms; for tests. */
  againMs?: number
}

/** The Job that tells Helm the verdict. If a sidecar keeps its pod alive, the master ends the Job with its own container's result. */
export class VerdictJob {
  readonly #options: VerdictJobOptions

  constructor(options: VerdictJobOptions) {
    this.#options = options
  }

  /** Watches until the Job is over, was ended, or the signal comes. Never rejects. */
  async settle(signal: AbortSignal): Promise<void> {
    const { againMs: pauseMs = againMs } = this.#options
    let seen = ''
    for (let looks = 0; looks * pauseMs < mostMs && !signal.aborted; looks++) {
      const found = await this.#look().catch(() => undefined) // it is not there yet, or the API server does not answer
      if (found === 'over') return
      // seen twice: a sidecar may be about to end by itself
      if (found && found.pod === seen) return this.#end(found)
      seen = found?.pod ?? ''
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  async #look(): Promise<'over' | { pod: string; exitCode: number; by: string[] } | undefined> {
    const signal = AbortSignal.timeout(5_000)
    const job = await ownJob(this.#options, signal)
    if (!job) return undefined
    if (isEnded(job)) return 'over'
    for (const { metadata, status } of await podsOf(job, this.#options, signal)) {
      const held = heldPod(status, 'verdict')
      if (held) return { pod: metadata.name, ...held }
    }
    return undefined
  }

  /** A Job that wants no more pods is complete; one whose deadline is over has failed. */
  async #end({ pod, exitCode, by }: { pod: string; exitCode: number; by: string[] }): Promise<void> {
    const { api, name, log } = this.#options
    const spec = exitCode === 0 ? { completions: 0, parallelism: 0 } : { activeDeadlineSeconds: 1 }
    log.info(
      `pod ${pod} has printed the verdict, but its container ${by.join(', ')} still runs: the master ends job ${name} with exit code ${exitCode}`,
    )
    await api
      .patch(pathOf(this.#options), { spec }, AbortSignal.timeout(5_000))
      .catch((error) => log.info(`cannot end job ${name}: ${messageOf(error)}`))
  }
}
