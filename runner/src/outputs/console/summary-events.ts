import type { RunFinish } from '../../facts/run.ts'
import type { Redact } from '../../redact.ts'
import { formatCount } from '../../stats/format.ts'
import { eventLine } from './run-figures.ts'

const most = 20

/** What happened on the way, the newest if there is much of it. */
export function eventLines({ events }: RunFinish, redact: Redact): string[] {
  const left = events.length - most
  return [
    ...(left > 0 ? [`  … ${formatCount(left)} earlier; --json has all of them`] : []),
    ...events.slice(-most).map((event) => `  ${eventLine(event, redact)}`),
  ]
}
