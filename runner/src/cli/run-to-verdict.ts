import { forgetFeeds } from '../feeds/declared-feeds.ts'
import { redactions } from '../loadfile/redactions.ts'
import { createLog } from '../log.ts'
import type { MasterHttp } from '../master/http/master-http.ts'
import type { Audience, Master, MasterOptions } from '../master/master.ts'
import { Multiplexer } from '../outputs/multiplex.ts'
import { createOutputs } from '../outputs/outputs.ts'
import type { System } from '../system.ts'
import { createCriteria } from '../verdict/criteria.ts'
import { type CheckpointFlags, checkpointOf } from './earlier-run.ts'
import type { Prepared } from './prepare.ts'
import type { ReportFlags } from './report-flags.ts'
import { stopOnSignals } from './stop-on-signals.ts'
import { uploads } from './uploads.ts'

/** What a run is told besides what it is to do. */
export type RunSurroundings = Pick<MasterOptions, 'criteria' | 'audience' | 'log'>

/** Runs what was prepared and tells of it everywhere it was asked to; the verdict's exit code. */
export async function runToVerdict(
  system: System,
  prepared: Prepared,
  flags: ReportFlags & Partial<CheckpointFlags>,
  open: (surroundings: RunSurroundings) => Master | Promise<Master>,
  http?: MasterHttp,
): Promise<number> {
  const log = await createLog({ format: flags.logFormat, level: flags.logLevel, redact: redactions() })
  let master: Master | undefined
  for (const warning of prepared.loadFile.bundle.warnings) log.warn(warning)
  // first: from now on its URL is a secret
  const upload = uploads(system, flags, {
    onDone: (text) => log.info(text),
    onFailed: (text) => {
      log.error(text)
      master?.event('upload_failed', text)
    },
  })
  const { plan } = prepared
  const checkpoint = checkpointOf({ checkpointInterval: '1m', ...flags })
  const warn = (text: string) => log.warn(text)
  const metricsPage = http?.metricsPage
  const own = createOutputs({ ...flags, checkpoint, metricsPage, plan, redact: redactions(), warn }, system)
  const outputs = [...own, ...upload, ...(http ? [http.output(plan)] : [])]
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
