/** The label of what a test made itself. */
export const madeByTests = 'katydid.dev/made-by'

export interface Left {
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  spec?: { ttlSecondsAfterFinished?: number }
  status?: { phase?: string; conditions?: { type: string; status: string }[] }
}

/** A Job of a hook that is over and goes with its TTL, or a pod of one. */
export function goesByItself({ kind, metadata, spec, status }: Left): boolean {
  if (!/-(workers|verdict)(-|$)/.test(metadata.name)) return false
  if (kind === 'Pod') return status?.phase === 'Succeeded' || status?.phase === 'Failed'
  const isOver = status?.conditions?.some(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True')
  return kind === 'Job' && isOver === true && spec?.ttlSecondsAfterFinished !== undefined
}

/** Neither what tests made nor what is in every namespace. */
export function isOfRelease({ kind, metadata }: Left): boolean {
  return (
    metadata.labels?.[madeByTests] === undefined &&
    metadata.name !== 'kube-root-ca.crt' &&
    !(kind === 'ServiceAccount' && metadata.name === 'default')
  )
}
