import { formatClock, formatCount, formatItems } from '../../stats/format.ts'
import type { Chart, Line } from './chart.ts'
import type { Html } from './markup.ts'
import type { Frame } from './plot.ts'
import { type Cell, table } from './table.ts'

/** What a chart says to someone who does not see it. */
export function chartInWords({ lines, shaded, format }: Chart): string {
  const sentences = lines.map(({ label, steps }) => {
    const [first] = steps
    if (!first) return `${label}: nothing.`
    const least = steps.reduce((a, b) => (b.value < a.value ? b : a))
    const greatest = steps.reduce((a, b) => (b.value > a.value ? b : a))
    const at = (step = first) => `${format(step.value)} at ${formatClock(step.from * 1_000)}`
    return `${label}: least ${at(least)}, greatest ${at(greatest)}.`
  })
  if (shaded?.steps.length) sentences.push(`${shaded.label}: ${formatItems(shaded.steps.length, 'time')}.`)
  return sentences.join(' ')
}

/** A row for each stretch that a line has a step of; its mark is where it stands in the drawing, for the script. */
export function chartValues({ title, lines, shaded, format }: Chart, frame: Frame): Html {
  const columns: { line: Line; format: (value: number) => string }[] = [
    ...lines.map((line) => ({ line, format })),
    ...(shaded?.steps.length ? [{ line: shaded, format: formatCount }] : []),
  ]
  const rows = new Map<string, { from: number; until: number; cells: Cell[] }>()
  for (const [at, { line, format }] of columns.entries())
    for (const { from, until, value } of line.steps) {
      const key = `${from} ${until}`
      let row = rows.get(key)
      if (!row) rows.set(key, (row = { from, until, cells: columns.map(() => '') }))
      row.cells[at] = format(value)
    }
  const ordered = [...rows.values()].sort((a, b) => a.from - b.from || a.until - b.until)
  return table({
    caption: `${title}: values`,
    columns: [{ title: 'from' }, ...columns.map(({ line: { label } }) => ({ title: label, numeric: true }))],
    rows: ordered.map(({ from, cells }) => [formatClock(from * 1_000), ...cells]),
    marks: ordered.map(({ from, until }) => `${frame.x(from)} ${frame.x(until)}`),
  })
}
