import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ApiServer } from './api-server.ts'
import { heldPod } from './held-pod.ts'
import type { PodStatus } from './pod-trouble.ts'

interface Job {
  metadata: { uid: string; annotations?: Readonly<Record<string, string>> }
  status?: { conditions?: readonly { type: string; status: string }[] }
}
interface Pod {
  metadata: { name: string }
  status: PodStatus
}

const againMs = 2_000
/** It begins once the workers' Job is over; a pod may need a node and an image. */
const mostMs = 20 * 60_000

export interface VerdictJobOptions {
  api: Pick<ApiServer, 'namespace' | 'get' | 'patch'>
  /** Of the Job. */
  name: string
  /** The run's token, as an annotation of the Job has it. */
  run: string
  log: Pick<Log, 'info'>
  /** ms; for tests. */
  againMs?: number
}

/** The Job that tells Helm the verdict. Where another container keeps its pod, it is ended as its own container has ended. */
export class VerdictJob {
  readonly #options: VerdictJobOptions

  constructor(options: VerdictJobOptions) {
    this.#options = options
  }

  /** Until the Job is over, was made so, or the signal. Never rejects. */
  async settle(signal: AbortSignal): Promise<void> {
    const { againMs: pauseMs = againMs } = this.#options
    let seen = ''
    for (let looks = 0; looks * pauseMs < mostMs && !signal.aborted; looks++) {
      const found = await this.#look().catch(() => undefined) // not there yet, or the API server is away
      if (found === 'over') return
      // looked at twice: a sidecar may be about to end by itself
      if (found && found.pod === seen) return this.#end(found)
      seen = found?.pod ?? ''
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  async #look(): Promise<'over' | { pod: string; exitCode: number; by: string[] } | undefined> {
    const { api, run } = this.#options
    const signal = AbortSignal.timeout(5_000)
    const job = (await api.get(this.#path, {}, signal)) as Job
    if (job.metadata.annotations?.['katydid.dev/run'] !== run) return undefined
    if (job.status?.conditions?.some(({ type, status }) => status === 'True' && /^(Complete|Failed)$/.test(type)))
      return 'over'
    const labelSelector = `batch.kubernetes.io/controller-uid=${job.metadata.uid}`
    const pods = (await api.get(`/api/v1/namespaces/${api.namespace}/pods`, { labelSelector }, signal)) as {
      items: Pod[]
    }
    for (const { metadata, status } of pods.items) {
      const held = heldPod(status, 'verdict')
      if (held) return { pod: metadata.name, ...held }
    }
    return undefined
  }

  /** One that wants no pods any more is complete; one whose deadline was over has failed. */
  async #end({ pod, exitCode, by }: { pod: string; exitCode: number; by: string[] }): Promise<void> {
    const { api, name, log } = this.#options
    const spec = exitCode === 0 ? { completions: 0, parallelism: 0 } : { activeDeadlineSeconds: 1 }
    log.info(
      `pod ${pod} has told the verdict, and its container ${by.join(', ')} goes on: job ${name} is ended with exit code ${exitCode}`,
    )
    await api
      .patch(this.#path, { spec }, AbortSignal.timeout(5_000))
      .catch((error) => log.info(`job ${name} cannot be ended: ${messageOf(error)}`))
  }

  get #path(): string {
    const { api, name } = this.#options
    return `/apis/batch/v1/namespaces/${api.namespace}/jobs/${name}`
  }
}
