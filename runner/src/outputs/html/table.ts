import { formatCount, formatNumber } from '../../stats/format.ts'
import { type Html, html, type Part } from './markup.ts'

export interface Column {
  title: string
  numeric?: boolean
}

/** A cell: what is shown, and the number that it was made from, where that says more. */
export type Cell = Part | { shown: string; value: number }

/** Of what is counted. */
export function countCell(value: number): Cell {
  return { shown: formatCount(value), value }
}

/** Of what is measured. */
export function numberCell(value: number): Cell {
  return { shown: formatNumber(value), value }
}

/** A table that is wide or long scrolls by itself; `sortable` is for those whose order nobody has to know. */
export interface Table {
  caption: string
  columns: readonly Column[]
  rows: readonly (readonly Cell[])[]
  foot?: readonly Cell[]
  sortable?: boolean
  /** How many first cells of a row say what the row is about. */
  heads?: number
  id?: string
  /** Where each row stands in a drawing, for the script. */
  marks?: readonly string[]
}

export function table({ caption, columns, rows, foot, sortable, heads = 1, id, marks }: Table): Html {
  const row = (cells: readonly Cell[], mark?: string) =>
    html`<tr${mark === undefined ? '' : html` data-x="${mark}"`}>${cells.map((cell, at) => cellOf(cell, columns[at], at < heads))}</tr>\n`
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table${id === undefined ? '' : html` id="${id}"`}${sortable ? html` class="sortable"` : ''}>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, numeric }) => html`<th scope="col"${numeric ? html` class="n"` : ''}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((cells, at) => row(cells, marks?.[at]))}</tbody>${foot ? html`<tfoot>${row(foot)}</tfoot>` : ''}
</table></div>`
}

function cellOf(cell: Cell, column: Column | undefined, isHead: boolean): Html {
  const style = column?.numeric ? html` class="n"` : ''
  const isNumber = typeof cell === 'object' && cell !== null && 'value' in cell
  const shown = isNumber ? cell.shown : cell
  const value = isNumber && cell.shown !== String(cell.value) ? html` data-value="${cell.value}"` : ''
  return isHead ? html`<th scope="row"${style}${value}>${shown}</th>` : html`<td${style}${value}>${shown}</td>`
}

/** Pairs of a word and what there is to say of it; those without anything are left out. */
export function facts(pairs: readonly (readonly [word: string, said: Part])[]): Html {
  const said = pairs.filter(([, what]) => what !== undefined && what !== '')
  return html`<dl>${said.map(([word, what]) => html`<div><dt>${word}</dt><dd>${what}</dd></div>\n`)}</dl>`
}
