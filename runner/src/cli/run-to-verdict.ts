import { messageOf } from '../errors.ts'
import type { EventKind } from '../facts/run-event.ts'
import { forgetFeeds } from '../feeds/declared-feeds.ts'
import { createLog } from '../log.ts'
import type { MasterHttp } from '../master/http/master-http.ts'
import type { Master } from '../master/master.ts'
import type { MasterOptions } from '../master/master-options.ts'
import type { OutputSink } from '../master/record/broadcast.ts'
import { takeBack } from '../outputs/earlier-results.ts'
import { verdictFiles } from '../outputs/file-outputs.ts'
import { Multiplexer } from '../outputs/multiplex.ts'
import { createOutputs } from '../outputs/outputs.ts'
import { redact } from '../secrets/redactions.ts'
import type { System } from '../system.ts'
import { createCriteria } from '../verdict/criteria.ts'
import { type CheckpointFlags, checkpointOf } from './earlier-run.ts'
import { identityOf } from './identity-of.ts'
import { notifications } from './notifications.ts'
import type { Prepared } from './prepare.ts'
import type { ReportFlags } from './report-flags.ts'
import { stopOnSignals } from './stop-on-signals.ts'
import { telemetry } from './telemetry.ts'
import { uploads } from './uploads.ts'

/** What a run is told besides what it is to do. */
export type RunSurroundings = Pick<MasterOptions, 'criteria' | 'sink' | 'log' | 'identity'>

/** Runs what was prepared and tells of it everywhere it was asked to; the verdict's exit code. */
export async function runToVerdict(
  system: System,
  prepared: Prepared,
  flags: ReportFlags & Partial<CheckpointFlags>,
  open: (surroundings: RunSurroundings) => Master | Promise<Master>,
  http?: MasterHttp,
): Promise<number> {
  const log = await createLog({ format: flags.logFormat, level: flags.logLevel, redact })
  let master: Master | undefined
  for (const warning of prepared.warnings) log.warn(warning)
  const told = (failedKind: EventKind) => ({
    onDone: (text: string) => log.info(text),
    onFailed: (text: string) => {
      log.error(text)
      master?.event(failedKind, text)
    },
  })
  // first: from now on their URLs are secrets
  const upload = uploads(system, flags, told('upload_failed'))
  const notification = notifications(system, told('notify_failed'))
  const warn = (text: string) => log.warn(text)
  const otel = telemetry(system, flags, http?.run, { onTrouble: warn, onFailed: told('otel_failed').onFailed })
  const { plan } = prepared
  const checkpoint = checkpointOf({ checkpointInterval: '1m', ...flags })
  const metricsPage = http?.metricsPage
  const own = createOutputs({ ...flags, checkpoint, metricsPage, otel, plan, redact, warn }, system)
  const outputs = [...own, ...upload, ...notification, ...(http ? [http.output(plan)] : [])]
  const sink: OutputSink = new Multiplexer(outputs, {
    log,
    onEvent: (kind, text) => master?.event(kind, text),
    // files tell it: what comes after it, a load file's or our own, does not change it
    onVerdict: ({ exitCode }) => system.settle(exitCode),
  })
  const identity = await identityOf(prepared, flags.runToken)
  master = await open({ criteria: createCriteria(prepared.plan), sink, log, identity })
  const stopListening = stopOnSignals(system, master)
  // they tell a verdict that the process would not end with
  const files = verdictFiles(flags, system.cwd())
  const stopWaiting = system.whenUnfinished(() => takeBack(files))
  try {
    return (await master.run()).exitCode
  } finally {
    stopWaiting()
    stopListening()
    await forgetFeeds().catch((error: unknown) => log.warn(`cannot close a feed: ${messageOf(error)}`))
  }
}
