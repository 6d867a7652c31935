import type { PodStatus } from './pod-trouble.ts'

/** A pod whose own container has ended, and that goes on for another's sake: a sidecar that somebody put into it. Its Job would wait for ever. */
export interface Held {
  exitCode: number
  /** The containers that go on. */
  by: string[]
}

/** `own`: the container's name. Undefined where it has not ended, or nothing else runs. */
export function heldPod({ phase, containerStatuses = [] }: PodStatus, own: string): Held | undefined {
  const exitCode = containerStatuses.find(({ name }) => name === own)?.state?.terminated?.exitCode
  const by = containerStatuses.flatMap(({ name = '', state }) => (name !== own && state?.running ? [name] : []))
  return phase === 'Running' && exitCode !== undefined && by.length > 0 ? { exitCode, by } : undefined
}
