import { setCurrentRuntime } from '../environment/current-runtime.ts'
import type { Runtime } from '../environment/environment.ts'
import { forgetMetrics } from '../environment/metrics.ts'
import { events } from './events.ts'

/**
 * Ties `events`, `metrics` and `check` to a run: from here on they record into its meter. Returns how to untie them; the
 * newest binding holds.
 */
export function bindRuntime(runtime: Runtime): () => void {
  setCurrentRuntime(runtime)
  events.request.attach(runtime.meter)
  return () => {
    events.request.detach(runtime.meter)
    setCurrentRuntime(undefined)
  }
}

/** Forgets listeners and metrics of a load file, before another one is loaded into the same process. */
export function forgetLoadFile(): void {
  events.removeAllListeners()
  forgetMetrics()
}
