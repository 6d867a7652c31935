import { redactions } from '../loadfile/redactions.ts'
import { createLog } from '../log.ts'
import { MasterHttp } from '../master/http/master-http.ts'
import type { Output } from '../outputs/output.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { portOf } from './port-of.ts'
import type { ReportFlags } from './report-flags.ts'

export interface ServeFlags extends ReportFlags {
  webHost?: string
  webPort?: string
}

/** Runs, and serves progress and verdict over HTTP as long as that takes, where a port was named. */
export async function whileServed(
  flags: ServeFlags,
  plan: RunPlan,
  run: (outputs: readonly Output[]) => Promise<number>,
): Promise<number> {
  if (flags.webPort === undefined) return run([])
  const log = await createLog({ format: flags.logFormat, level: flags.logLevel, redact: redactions() })
  const http = await MasterHttp.listen({ host: flags.webHost, port: portOf('--web-port', flags.webPort), log })
  try {
    return await run([http.output(plan)])
  } finally {
    await http.close()
  }
}
