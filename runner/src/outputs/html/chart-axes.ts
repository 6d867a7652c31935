import { formatClock } from '../../stats/format.ts'
import { timeTicks } from './axis.ts'
import type { Chart, Step } from './chart.ts'
import { type Html, html } from './markup.ts'
import { type Frame, tenths } from './plot.ts'
import type { TimeAxis } from './time-axis.ts'

/** Stretches of time behind the lines. */
export function spans(frame: Frame, { warmupSeconds }: TimeAxis, shaded: readonly Step[]): Html[] {
  const span = (style: string, from: number, until: number) => {
    const [x, end] = [frame.x(from), frame.x(until)]
    return html`<rect class="${style}" x="${x}" y="${frame.top}" width="${tenths(end - x)}" height="${frame.bottom - frame.top}"/>\n`
  }
  const warmup =
    warmupSeconds > 0
      ? [span('warmup', 0, warmupSeconds), html`<text x="${frame.left + 4}" y="${frame.top + 11}">warm-up</text>\n`]
      : []
  return [...warmup, ...shaded.map(({ from, until }) => span('shade', from, until))]
}

export function valueAxis(frame: Frame, ticks: readonly number[], { format }: Chart): Html[] {
  return ticks.map((tick) => {
    const y = frame.y(tick)
    return html`<line class="${tick === 0 ? 'axis' : 'grid'}" x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}"/><text class="end" x="${frame.left - 6}" y="${tenths(y + 4)}">${format(tick)}</text>\n`
  })
}

export function timeAxis(frame: Frame, { endSeconds }: TimeAxis): Html[] {
  return timeTicks(endSeconds).map((tick) => {
    const x = frame.x(tick)
    return html`<line class="axis" x1="${x}" x2="${x}" y1="${frame.bottom}" y2="${frame.bottom + 4}"/><text class="middle" x="${x}" y="${frame.bottom + 17}">${formatClock(tick * 1_000)}</text>\n`
  })
}
