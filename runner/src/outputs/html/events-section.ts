import { formatClock, formatItems } from '../../stats/format.ts'
import type { Result } from '../result/result.ts'
import { cut, type Html, html } from './markup.ts'
import { table } from './table.ts'

const mostEvents = 500
const longestText = 500

/** What happened on the way; the charts have marks with these numbers. */
export function eventsSection({ events }: Result): Html {
  const left = events.length - mostEvents
  return html`<section id="events"><h2>Events</h2>
${
  events.length === 0
    ? html`<p>No events.</p>`
    : table({
        caption: 'Events, with their numbers in the charts',
        columns: [
          { title: 'number', numeric: true },
          { title: 'at', numeric: true },
          { title: 'event' },
          { title: 'what happened' },
        ],
        rows: events
          .slice(0, mostEvents)
          .map(({ atMs, kind, text }, at) => [at + 1, formatClock(atMs), kind, cut(text, longestText)]),
      })
}
${left > 0 ? html`<p class="note">${formatItems(left, 'later event')} in result.json.</p>` : ''}
</section>`
}
