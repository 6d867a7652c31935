/** The parts of a pod's status (core/v1) that the master reads. */
export interface PodStatus {
  phase?: string
  reason?: string
  message?: string
  conditions?: readonly { type: string; status: string; reason?: string; message?: string }[]
  initContainerStatuses?: readonly ContainerStatus[]
  containerStatuses?: readonly ContainerStatus[]
}
interface ContainerStatus {
  name?: string
  state?: ContainerState
}
interface ContainerState {
  running?: object
  waiting?: { reason?: string; message?: string }
  terminated?: { exitCode: number; reason?: string; message?: string }
}

/** Reasons that every pod has for a while. */
const usual = new Set(['ContainerCreating', 'PodInitializing'])
const longest = 300

/** Why a worker's pod does not run, or how it failed. Undefined if all is well. */
export function podTrouble(status: PodStatus, leavesWith: ReadonlySet<number>): string | undefined {
  const { conditions = [], initContainerStatuses = [], containerStatuses = [] } = status
  const disrupted = conditions.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True')
  if (disrupted) return said(disrupted.reason ?? 'sent away', disrupted.message)
  if (status.reason) return said(status.reason, status.message)
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  if (unscheduled) return said('cannot be scheduled', unscheduled.message)
  for (const { state } of [...initContainerStatuses, ...containerStatuses]) {
    const trouble = stateTrouble(state ?? {}, leavesWith)
    if (trouble !== undefined) return trouble
  }
  return undefined
}

function stateTrouble({ waiting, terminated }: ContainerState, leavesWith: ReadonlySet<number>): string | undefined {
  if (waiting?.reason && !usual.has(waiting.reason)) return said(waiting.reason, waiting.message)
  if (!terminated || leavesWith.has(terminated.exitCode)) return undefined
  const { exitCode, reason, message } = terminated
  return reason === 'OOMKilled' ? reason : said(`ended with exit code ${exitCode}`, lastWords(message))
}

/** The kubelet puts the end of the log there. This is its last line; of a JSON line, the message. */
function lastWords(message = ''): string | undefined {
  const line = message.trim().split('\n').at(-1)
  try {
    const { msg } = JSON.parse(line ?? '') as { msg?: unknown }
    return typeof msg === 'string' ? msg : line
  } catch {
    return line
  }
}

function said(what: string, why: string | undefined): string {
  return (why ? `${what}: ${why.trim().replaceAll(/\s*\n\s*/g, ' ')}` : what).slice(0, longest)
}

/** A pod whose own container has ended while an injected sidecar goes on. Its Job would wait for ever. */
export interface Held {
  exitCode: number
  /** The containers that go on. */
  by: string[]
}

/** `own`: the container's name. Undefined if it has not ended, or if nothing else runs. */
export function heldPod({ phase, containerStatuses = [] }: PodStatus, own: string): Held | undefined {
  const exitCode = containerStatuses.find(({ name }) => name === own)?.state?.terminated?.exitCode
  const by = containerStatuses.flatMap(({ name = '', state }) => (name !== own && state?.running ? [name] : []))
  return phase === 'Running' && exitCode !== undefined && by.length > 0 ? { exitCode, by } : undefined
}
