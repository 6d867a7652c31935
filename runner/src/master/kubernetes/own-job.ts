import type { ApiServer } from './api-server.ts'
import type { PodStatus } from './pod-status.ts'

/** A Job, as far as the master must know it. */
export interface Job {
  metadata: { uid: string; annotations?: Readonly<Record<string, string>> }
  status?: { conditions?: readonly { type: string; status: string }[] }
}

export interface Pod {
  metadata: { name: string; uid: string; labels?: Readonly<Record<string, string>> }
  status: PodStatus
}

/** Which Job it is. */
export interface JobName {
  api: Pick<ApiServer, 'namespace' | 'get'>
  name: string
  /** The run's token, as an annotation of the Job has it: a Job of the run before is not looked at. */
  run: string
}

/** Types of a Job's conditions: it is over, or will be without anybody's help. */
const ended = new Set(['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget'])

export function pathOf({ api, name }: Pick<JobName, 'api' | 'name'>): string {
  return `/apis/batch/v1/namespaces/${api.namespace}/jobs/${name}`
}

/** The Job of this run; undefined where it is another's. Rejects where there is none. */
export async function ownJob(which: JobName, signal: AbortSignal): Promise<Job | undefined> {
  const job = (await which.api.get(pathOf(which), {}, signal)) as Job
  return job.metadata.annotations?.['katydid.dev/run'] === which.run ? job : undefined
}

export function isEnded({ status }: Job): boolean {
  return status?.conditions?.some(({ type, status }) => status === 'True' && ended.has(type)) ?? false
}

export async function podsOf(
  { metadata }: Job,
  { api }: Pick<JobName, 'api'>,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const labelSelector = `batch.kubernetes.io/controller-uid=${metadata.uid}`
  const found = await api.get(`/api/v1/namespaces/${api.namespace}/pods`, { labelSelector }, signal)
  return (found as { items: readonly Pod[] }).items
}
