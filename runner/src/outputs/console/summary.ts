import type { RunFinish } from '../../facts/run.ts'
import { type FindingKind, worstFirst } from '../../facts/verdict.ts'
import type { Redact } from '../../redact.ts'
import { formatCount } from '../../stats/format.ts'
import { verdictLine } from '../verdict-line.ts'
import { eventLine } from './run-figures.ts'
import { errorLines, exceptionLines } from './summary-errors.ts'
import { loadLines } from './summary-load.ts'
import { metricLines } from './summary-metrics.ts'
import { requestLines } from './summary-requests.ts'
import type { SummaryOptions } from './text-style.ts'
import { padText, printable } from './text-width.ts'

/** A run's report for people, verdict first. */
export function summary(run: RunFinish, options: SummaryOptions): string[] {
  const { style, redact } = options
  const sections: [title: string, lines: string[]][] = [
    ['requests (latency in ms)', requestLines(run, options)],
    ['errors', errorLines(run, options)],
    ['exceptions', exceptionLines(run, options)],
    ['metrics and checks', metricLines(run, options)],
    ['load', loadLines(run, redact)],
    ['events', eventLines(run, redact)],
  ]
  const paint = run.verdict.outcome === 'passed' ? style.good : style.bad
  return [
    style.strong(paint(verdictLine(run, redact))),
    ...findingLines(run, options),
    ...sections.flatMap(([title, lines]) => (lines.length > 0 ? ['', style.strong(title), ...lines] : [])),
  ]
}

/** Kinds whose findings begin with what they are about. */
const speakForThemselves: ReadonlySet<FindingKind> = new Set([
  'threshold',
  'generator',
  'interrupted',
  'master_restarted',
])

function findingLines({ verdict }: RunFinish, { style, redact }: SummaryOptions): string[] {
  return worstFirst(verdict.findings).map(({ outcome, kind, text }) => {
    const about = speakForThemselves.has(kind) ? '' : `${kind}: `
    const line = `  ${padText(outcome, 6, 'left')}  ${about}${printable(redact(text))}`
    return outcome === 'passed' ? line : style.bad(line)
  })
}

const most = 20

/** What happened on the way, the newest if there is much of it. */
function eventLines({ events }: RunFinish, redact: Redact): string[] {
  const left = events.length - most
  return [
    ...(left > 0 ? [`  … ${formatCount(left)} earlier; --json has all of them`] : []),
    ...events.slice(-most).map((event) => `  ${eventLine(event, redact)}`),
  ]
}
