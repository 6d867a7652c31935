import type { RunEvent } from '../../facts/run-event.ts'
import { cut, type Html, html } from './markup.ts'
import type { Frame } from './plot.ts'

const mostTold = 5
const digitWidth = 7

/** A line where something happened, with its number in the list of events; what happened close together shares one. */
export function eventMarks(frame: Frame, events: readonly RunEvent[]): Html[] {
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
