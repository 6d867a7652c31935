import type { ApiServer } from './api-server.ts'
import type { PodStatus } from './pod-status.ts'

/** The parts of a Job that the master reads. */
export interface Job {
  metadata: { uid: string; annotations?: Readonly<Record<string, string>> }
  status?: { conditions?: readonly { type: string; status: string }[] }
}

export interface Pod {
  metadata: { name: string; uid: string; labels?: Readonly<Record<string, string>> }
  status: PodStatus
}

/** Names a Job. */
export interface JobName {
  api: Pick<ApiServer, 'namespace' | 'get'>
  name: string
  /** The run's token, as in the Job's annotation. A Job of an earlier run is ignored. */
  run: string
}

/** Conditions of a Job that is over, or soon will be by itself. */
const ended = new Set(['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget'])

export function pathOf({ api, name }: Pick<JobName, 'api' | 'name'>): string {
  return `/apis/batch/v1/namespaces/${api.namespace}/jobs/${name}`
}

/** The Job, or undefined if it is another run's. Rejects if there is none. */
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
