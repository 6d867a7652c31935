import type { Runtime } from './environment.ts'

let current: Runtime | undefined

/** The run this process is in, for what a load file imports by name (`events`, `metrics`, `check`). */
export function currentRuntime(): Runtime | undefined {
  return current
}

export function setCurrentRuntime(runtime: Runtime | undefined): void {
  current = runtime
}
