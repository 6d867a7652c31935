import { createLog } from '../log.ts'
import { MasterHttp } from '../master/http/master-http.ts'
import { redact } from '../secrets/redactions.ts'
import { portOf } from './port-of.ts'
import type { ReportFlags } from './report-flags.ts'

export interface ServeFlags extends ReportFlags {
  webHost?: string
  webPort?: string
}

/** Runs, and serves progress, metrics and verdict over HTTP as long as that takes, where a port was named. */
export async function whileServed(
  flags: ServeFlags,
  run: (http: MasterHttp | undefined) => Promise<number>,
): Promise<number> {
  if (flags.webPort === undefined) return run(undefined)
  const log = await createLog({ format: flags.logFormat, level: flags.logLevel, redact })
  const http = await MasterHttp.listen({ host: flags.webHost, port: portOf('--web-port', flags.webPort), log })
  try {
    return await run(http)
  } finally {
    await http.close()
  }
}
