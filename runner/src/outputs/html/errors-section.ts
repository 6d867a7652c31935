import { formatClock, formatCount, formatItems } from '../../stats/format.ts'
import type { ErrorResult, ExceptionResult, Result } from '../result/result.ts'
import { cut, type Html, html } from './markup.ts'
import { table } from './table.ts'

const mostErrors = 200
const mostExceptions = 50
const longestText = 500
const longestTraceback = 4_000

/** What failed requests said, and what user code threw; most frequent first. */
export function errorsSection({ errors, exceptions, startedAt }: Result): Html {
  const clock = (moment: string) => formatClock(Date.parse(moment) - Date.parse(startedAt))
  return html`<section id="failures"><h2>Failures</h2>
${errors.length > 0 ? errorTable(errors, clock) : html`<p>No request failed.</p>`}
${left(errors.length - mostErrors)}
</section>
<section id="exceptions"><h2>Exceptions</h2>
${exceptions.length > 0 ? exceptions.slice(0, mostExceptions).map((exception) => exceptionOf(exception, clock)) : html`<p>The load file threw no exceptions.</p>`}
${left(exceptions.length - mostExceptions)}
</section>`
}

function errorTable(errors: readonly ErrorResult[], clock: (moment: string) => string): Html {
  return table({
    caption: 'Failed requests by error; first and last are times of the run',
    columns: [
      { title: 'occurrences', numeric: true },
      { title: 'request' },
      { title: 'error' },
      { title: 'first', numeric: true },
      { title: 'last', numeric: true },
    ],
    rows: errors
      .slice(0, mostErrors)
      .map(({ occurrences, method, name, error, firstSeen, lastSeen }) => [
        { shown: formatCount(occurrences), value: occurrences },
        cut(`${method} ${name}`.trim(), longestText),
        cut(error, longestText),
        clock(firstSeen),
        clock(lastSeen),
      ]),
  })
}

function exceptionOf(exception: ExceptionResult, clock: (moment: string) => string): Html {
  const { count, message, traceback, firstSeen, lastSeen } = exception
  return html`<article><h3>${formatCount(count)} × ${cut(message, longestText)}</h3>
<p class="note">first at ${clock(firstSeen)}, last at ${clock(lastSeen)}</p>
<pre tabindex="0">${cut(traceback, longestTraceback)}</pre></article>`
}

function left(count: number): Html | string {
  return count > 0 ? html`<p class="note">${formatItems(count, 'more kind')} in result.json.</p>` : ''
}
