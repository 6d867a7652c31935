import type { WorkerState } from '../messages.ts'

export interface Heartbeat {
  state: WorkerState
  cpuPercent: number
  rssBytes: number
}

/** States that only some workers know count as the nearest state. */
const states: Record<string, WorkerState> = {
  ready: 'ready',
  spawning: 'spawning',
  running: 'running',
  cleanup: 'stopping',
  stopping: 'stopping',
  quitting: 'stopping',
  stopped: 'stopped',
  missing: 'missing',
}

/** Reads a worker's heartbeat; undefined if it is none. The memory is often missing (locust4j). */
export function heartbeatOf(data: unknown): Heartbeat | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { state, current_cpu_usage: cpu, current_memory_usage: memory } = data as Record<string, unknown>
  if (typeof state !== 'string' || !Object.hasOwn(states, state)) return undefined
  return { state: states[state] as WorkerState, cpuPercent: measured(cpu), rssBytes: measured(memory) }
}

function measured(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0
}
