import { formatDuration } from '../plan/duration.ts'
import { levelStep, timeLabels } from './axis.ts'
import type { Profile } from './profile.ts'
import { levelOf, totalLoad } from './total-load.ts'

export interface Canvas {
  /** Columns in all. */
  width: number
  /** Rows of the plot; axes and captions come to it. */
  height: number
  /** False where the terminal has only ASCII. */
  unicode: boolean
}

/** Of a profile without an end, so many corners are drawn. */
const cornersShown = 16
const samplesPerColumn = 8
/** Columns right of the plot, for the last label of the time axis. */
const marginColumns = 5

/** Users, or arrivals per second, over time: what a profile will do, before it does it. Lines end with a newline. */
export function draw(profile: Profile, canvas: Canvas): string {
  if (profile.peak === undefined)
    return `${profile.kind}: the LoadShape class decides while the run goes on${
      profile.durationMs === undefined ? '' : `, for at most ${formatDuration(profile.durationMs)}`
    }; there is nothing to draw\n`
  const isOpen = profile.arrivals !== undefined
  const durationMs = shownMs(profile)
  const rows = Math.max(2, Math.floor(canvas.height))
  const peak = levelOf(profile.peak)
  const labelEvery = rows >= 8 ? Math.floor(rows / 4) : Math.max(1, Math.floor(rows / 2))
  // the rows between two labels share one round step
  const top = (levelStep(peak, rows / labelEvery, !isOpen) / labelEvery) * rows
  const labelOf = (row: number) => (row % labelEvery === 0 ? number((top / rows) * row) : '')
  const gutter = Math.max(...Array.from({ length: rows + 1 }, (_, row) => labelOf(row).length))
  const columns = Math.max(10, Math.floor(canvas.width) - gutter - 2 - marginColumns)
  const levels = columnLevels(profile, durationMs, columns)
  const ink = canvas.unicode ? unicodeInk : asciiInk

  const lines = [`${profile.kind}: ${isOpen ? 'arrivals per second' : 'users'} over time`]
  for (let row = rows; row > 0; row--) {
    const label = labelOf(row)
    const cells = levels.map((level) => ink.cell((level / top) * rows - (row - 1), level > 0 && row === 1)).join('')
    lines.push(`${label.padStart(gutter)} ${label ? ink.tick : ink.wall}${cells}`.trimEnd())
  }
  lines.push(...timeAxis(durationMs, gutter, columns, ink), caption(profile, durationMs))
  return `${lines.join('\n')}\n`
}

/** All of it, or of an endless one enough to see what it does. */
function shownMs({ durationMs, cornersMs }: Profile): number {
  if (durationMs !== undefined) return durationMs
  const last = cornersMs[Math.min(cornersMs.length - 1, cornersShown)] ?? 0
  return Math.max(60_000, last * (cornersMs.length > cornersShown ? 1 : 1.5))
}

/** The most there is in each column's time, so that a spike narrower than a column still shows. */
function columnLevels(profile: Profile, durationMs: number, columns: number): number[] {
  const columnMs = durationMs / columns
  return Array.from({ length: columns }, (_, column) => {
    const fromMs = column * columnMs
    let level = 0
    const look = (atMs: number) => (level = Math.max(level, levelOf(profile.targetAt(atMs))))
    for (let sample = 0; sample < samplesPerColumn; sample++) look(fromMs + (sample / samplesPerColumn) * columnMs)
    let corner = profile.nextCornerMs(fromMs)
    for (let seen = 0; seen < 100 && corner !== undefined && corner < fromMs + columnMs; seen++) {
      look(corner - 1e-6)
      look(corner)
      corner = profile.nextCornerMs(corner)
    }
    return level
  })
}

interface Ink {
  /** A cell filled so far; `floor` keeps a level that is not nothing visible. */
  cell(filled: number, floor: boolean): string
  tick: string
  wall: string
  corner: string
  line: string
  mark: string
}

const unicodeInk: Ink = {
  cell(filled, floor) {
    const eighths = Math.round(filled * 8)
    return ' ▁▂▃▄▅▆▇█'[Math.min(8, Math.max(floor ? 1 : 0, eighths))] as string
  },
  tick: '┤',
  wall: '│',
  corner: '└',
  line: '─',
  mark: '┬',
}

const asciiInk: Ink = {
  cell: (filled, floor) => (filled >= 0.75 ? '#' : filled >= 0.25 || floor ? ':' : ' '),
  tick: '+',
  wall: '|',
  corner: '+',
  line: '-',
  mark: '+',
}

function timeAxis(durationMs: number, gutter: number, columns: number, ink: Ink): string[] {
  const axis = Array<string>(columns + 1).fill(ink.line)
  let labels = ''
  for (const { column, label } of timeLabels(durationMs, columns)) {
    if (column + label.length > columns + marginColumns) continue
    axis[column] = ink.mark
    labels = labels.padEnd(column) + label
  }
  const margin = ' '.repeat(gutter + 2)
  return [`${'0'.padStart(gutter)} ${ink.corner}${axis.join('')}`, `${margin}${labels}`]
}

function caption(profile: Profile, durationMs: number): string {
  const peak = levelOf(profile.peak)
  const [unit, totalUnit] = profile.arrivals ? ['arrivals/s', 'arrivals'] : ['users', 'user-seconds']
  const highest = `peak ${number(peak)} ${peak === 1 && !profile.arrivals ? 'user' : unit}`
  if (profile.durationMs === undefined) return `${highest}, until stopped`
  return `${highest}, ${formatDuration(durationMs)}, ${number(totalLoad(profile, durationMs))} ${totalUnit} in all`
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 1_000 ? 1 : 0 })
}
