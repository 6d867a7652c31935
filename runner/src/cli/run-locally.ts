import type { System } from '../system.ts'
import { localRun } from './local-run.ts'
import type { Prepared } from './prepare.ts'
import { runToVerdict } from './run-to-verdict.ts'
import { type ServeFlags, whileServed } from './while-served.ts'

/** A run in this process. */
export function runLocally(system: System, prepared: Prepared, flags: ServeFlags): Promise<number> {
  return whileServed(flags, (http) =>
    runToVerdict(system, prepared, flags, (options) => localRun(prepared, options), http),
  )
}
