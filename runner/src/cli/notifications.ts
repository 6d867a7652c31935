import { exitCodes, type Outcome } from '../errors.ts'
import { brokenRun, nothingYet } from '../outputs/broken-run.ts'
import type { Output } from '../outputs/output.ts'
import { webUrl } from '../outputs/send.ts'
import { type Ending, endingOf, type NotifyOptions, NotifyOutput, notify } from '../outputs/webhook/notify.ts'
import { addRedaction, redact } from '../secrets/redactions.ts'
import type { System } from '../system.ts'

/** A path as long as this is a password; a shorter one may be a name of the target's, too. */
const leastSecretPath = 20

/** Tells KATYDID_NOTIFY_URL how the run ended, if it says anything. */
export function notifications(system: System, told: Pick<NotifyOptions, 'onDone' | 'onFailed'>): Output[] {
  const options = optionsOf(system, told)
  return options ? [new NotifyOutput(options)] : []
}

/** The same of a run that an error kept from beginning, and of one that an earlier process began. */
export async function notifyOf(
  system: System,
  ending: Ending | { error: unknown; token?: string | undefined },
  log: { info(text: string): void; error(text: string): void },
): Promise<void> {
  const options = optionsOf(system, { onDone: (text) => log.info(text), onFailed: (text) => log.error(text) })
  if (options) await notify(options, 'verdict' in ending ? ending : endingOfError(ending.error, ending.token))
}

function endingOfError(error: unknown, token: string | undefined): Ending {
  const run = brokenRun(error, nothingYet)
  return { ...endingOf(run, redact), token }
}

/** A mistake in it is told, and no reason not to run. */
function optionsOf({ env }: System, told: Pick<NotifyOptions, 'onDone' | 'onFailed'>): NotifyOptions | undefined {
  const text = env.KATYDID_NOTIFY_URL?.trim()
  if (text === undefined || text === '') return undefined
  addRedaction(text)
  const url = webUrl(text)
  if (!url) {
    told.onFailed('KATYDID_NOTIFY_URL is not a URL of a webhook: write it like https://…')
    return undefined
  }
  for (const part of [url.search, url.password]) addRedaction(part)
  if (url.pathname.length >= leastSecretPath) addRedaction(url.pathname)
  const about = {
    release: env.KATYDID_NOTIFY_RELEASE || undefined,
    namespace: env.KATYDID_NOTIFY_NAMESPACE || undefined,
    link: env.KATYDID_NOTIFY_LINK || undefined,
  }
  return { url, on: outcomesOf(env.KATYDID_NOTIFY_OUTCOMES), about, redact, ...told }
}

/** `failed,broken`; all where nothing is said. */
function outcomesOf(text = ''): ReadonlySet<Outcome> {
  const all = Object.keys(exitCodes) as Outcome[]
  const said = all.filter((outcome) => text.split(',').some((word) => word.trim() === outcome))
  return new Set(said.length > 0 ? said : all)
}
