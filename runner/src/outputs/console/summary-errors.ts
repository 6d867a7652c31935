import type { RunFinish } from '../../facts/run.ts'
import { formatClock, formatCount } from '../../stats/format.ts'
import type { SummaryOptions } from './text-style.ts'
import { layoutTable } from './text-table.ts'
import { printable } from './text-width.ts'

const mostErrors = 50
const mostExceptions = 20
const mostTraceLines = 20

/** What failed requests said, most frequent first; moments are of the run's clock. */
export function errorLines({ stats, startedAt }: RunFinish, { style, width, redact }: SummaryOptions): string[] {
  const errors = stats.errors()
  if (errors.length === 0) return []
  const rows = errors
    .slice(0, mostErrors)
    .map(({ occurrences, method, name, error, firstSeen, lastSeen }) => [
      formatCount(occurrences),
      redact(`${method} ${name}`),
      redact(error),
      formatClock(firstSeen - startedAt),
      formatClock(lastSeen - startedAt),
    ])
  const [titles, ...lines] = layoutTable(
    [
      { title: 'occurrences', align: 'right' },
      { title: 'request', align: 'left', shrinkTo: 24 },
      { title: 'error', align: 'left' },
      { title: 'first', align: 'right' },
      { title: 'last', align: 'right' },
    ],
    rows,
    width === undefined ? undefined : width - 2,
  )
  return [style.faint(`  ${titles}`), ...lines.map((line) => `  ${line}`), ...more(errors.length - mostErrors)]
}

/** What user code threw, with where in the user's files. */
export function exceptionLines({ stats, startedAt }: RunFinish, { style, redact }: SummaryOptions): string[] {
  const exceptions = stats.exceptions()
  return [
    ...exceptions.slice(0, mostExceptions).flatMap(({ count, message, traceback, firstSeen, lastSeen }) => {
      const seen = `(first ${formatClock(firstSeen - startedAt)}, last ${formatClock(lastSeen - startedAt)})`
      return [
        `  ${formatCount(count)} × ${style.bad(printable(redact(message)))}  ${seen}`,
        ...traceLines(redact(traceback)),
      ]
    }),
    ...more(exceptions.length - mostExceptions),
  ]
}

function traceLines(traceback: string): string[] {
  const lines = traceback.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(0, mostTraceLines).map((line) => `      ${printable(line.trim())}`)
}

function more(count: number): string[] {
  return count > 0 ? [`  … and ${formatCount(count)} more; --json has all of them`] : []
}
