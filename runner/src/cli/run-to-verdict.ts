import { forgetFeeds } from '../feeds/declared-feeds.ts'
import { redactions } from '../loadfile/redactions.ts'
import { createLog } from '../log.ts'
import type { Audience, Master, MasterOptions } from '../master/master.ts'
import { Multiplexer } from '../outputs/multiplex.ts'
import type { Output } from '../outputs/output.ts'
import { createOutputs } from '../outputs/outputs.ts'
import type { System } from '../system.ts'
import { createCriteria } from '../verdict/criteria.ts'
import type { Prepared } from './prepare.ts'
import type { ReportFlags } from './report-flags.ts'
import { stopOnSignals } from './stop-on-signals.ts'

/** What a run is told besides what it is to do. */
export type RunSurroundings = Pick<MasterOptions, 'criteria' | 'audience' | 'log'>

/** Runs what was prepared and tells of it everywhere it was asked to; the verdict's exit code. */
export async function runToVerdict(
  system: System,
  prepared: Prepared,
  flags: ReportFlags,
  open: (surroundings: RunSurroundings) => Master | Promise<Master>,
  more: readonly Output[] = [],
): Promise<number> {
  const log = await createLog({ format: flags.logFormat, level: flags.logLevel, redact: redactions() })
  for (const warning of prepared.loadFile.bundle.warnings) log.warn(warning)
  const outputs = [...createOutputs({ ...flags, plan: prepared.plan, redact: redactions() }, system), ...more]
  let master: Master | undefined
  const audience: Audience = new Multiplexer(outputs, { log, onEvent: (kind, text) => master?.event(kind, text) })
  master = await open({ criteria: createCriteria(prepared.plan), audience, log })
  const stopListening = stopOnSignals(system, master)
  try {
    const verdict = await master.run()
    return verdict.exitCode
  } finally {
    stopListening()
    await forgetFeeds()
  }
}
