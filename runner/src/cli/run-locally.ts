import type { System } from '../system.ts'
import { localRun } from './local-run.ts'
import type { Prepared } from './prepare.ts'
import type { ReportFlags } from './report-flags.ts'
import { runToVerdict } from './run-to-verdict.ts'

/** A run in this process. */
export function runLocally(system: System, prepared: Prepared, flags: ReportFlags): Promise<number> {
  return runToVerdict(system, prepared, flags, (options) => localRun(prepared, options))
}
