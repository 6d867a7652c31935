import { cutText, padText, printable, textWidth } from './text-width.ts'

export interface Column {
  title: string
  align: 'left' | 'right'
  /** This column gives way when the table is wider than it may be, down to that many cells. */
  shrinkTo?: number
}

const gap = '  '

/** A table as lines, titles first; cells of `maxWidth` at most, as far as columns that may shrink allow it. */
export function layoutTable(columns: readonly Column[], rows: readonly string[][], maxWidth?: number): string[] {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => row.map(printable))]
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => textWidth(row[at] ?? ''))))
  if (maxWidth !== undefined) shrink(columns, widths, maxWidth)
  return cells.map((row) =>
    columns
      .map(({ align }, at) => padText(cutText(row[at] ?? '', widths[at] as number), widths[at] as number, align))
      .join(gap)
      .trimEnd(),
  )
}

function shrink(columns: readonly Column[], widths: number[], maxWidth: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1) - maxWidth
  columns.forEach(({ shrinkTo }, at) => {
    if (shrinkTo === undefined || over <= 0) return
    const width = widths[at] as number
    const less = Math.min(over, Math.max(0, width - shrinkTo))
    widths[at] = width - less
    over -= less
  })
}
