import type { RunEvent } from '../../facts/run-event.ts'
import { valueTicks } from './axis.ts'
import type { Chart } from './chart.ts'
import { spans, timeAxis, valueAxis } from './chart-axes.ts'
import { chartInWords, chartValues } from './chart-values.ts'
import { cut, type Html, html } from './markup.ts'
import { type Frame, frameOf, pathOf } from './plot.ts'
import type { TimeAxis } from './time-axis.ts'

/** A chart, its legend, and its values as a table: neither colour nor sight nor a script is needed to read it. */
export function chartFigure(chart: Chart, id: string, time: TimeAxis): Html {
  const { title, about, lines, shaded, gaps } = chart
  const values = lines.flatMap(({ steps }) => steps.map(({ value }) => value))
  const ticks = valueTicks(Math.max(0, ...values.filter(Number.isFinite)))
  const frame = frameOf(time.endSeconds, ticks.at(-1) as number)
  return html`<figure id="${id}">
<figcaption><h3>${title}</h3></figcaption>
<ul class="legend">${lines.map(({ label }, at) => key(html`<path class="line line${at}" d="M1 4H29"/>`, label))}${shaded?.steps.length ? key(html`<rect class="shade" x="1" width="28" height="8"/>`, shaded.label) : ''}</ul>
<svg class="chart" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${about} ${chartInWords(chart)}</desc>
${spans(frame, time, shaded?.steps ?? [])}
${valueAxis(frame, ticks, chart)}
${timeAxis(frame, time)}
${eventMarks(frame, time.events)}
${lines.map(({ steps }, at) => html`<path class="line line${at}" d="${pathOf(frame, steps, gaps)}"/>\n`)}
<line class="here" y1="${frame.top}" y2="${frame.bottom}"/>
</svg>
<p class="note">${about}</p>
<details><summary>Values</summary>
${chartValues(chart, frame)}
</details>
</figure>
`
}

function key(sample: Html, label: string): Html {
  return html`<li><svg class="key" viewBox="0 0 30 8" aria-hidden="true">${sample}</svg>${label}</li>`
}

const mostTold = 5
const digitWidth = 7

/** A line where something happened, with its number in the list of events; what happened close together shares one. */
function eventMarks(frame: Frame, events: readonly RunEvent[]): Html[] {
  // two numbers and a dash, so that neighbours can be read
  const leastDistance = (2 * String(events.length).length + 2) * digitWidth
  const marks: { x: number; first: number; told: RunEvent[] }[] = []
  for (const [at, event] of events.entries()) {
    const x = frame.x(event.atMs / 1_000)
    const last = marks.at(-1)
    if (last && x - last.x < leastDistance) last.told.push(event)
    else marks.push({ x, first: at + 1, told: [event] })
  }
  return marks.map(({ x, first, told }) => {
    const number = told.length === 1 ? String(first) : `${first}–${first + told.length - 1}`
    const lines = told.slice(0, mostTold).map(({ kind, text }) => `${kind}: ${cut(text, 200)}`)
    if (told.length > mostTold) lines.push(`and ${told.length - mostTold} more`)
    return html`<g class="event"><title>${lines.join('\n')}</title><line x1="${x}" x2="${x}" y1="${frame.top - 6}" y2="${frame.bottom}"/><text class="middle" x="${x}" y="${frame.top - 9}">${number}</text></g>\n`
  })
}
