/** Generated tables of Markdown pages, each between two marks. */
import type { Row } from './values-rows.ts'

export const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
export const code = (value: unknown) =>
  value === undefined ? '' : `\`${typeof value === 'string' ? value || '""' : JSON.stringify(value)}\``

/** Values of a schema, a line each. */
export function tableOf(rows: readonly Row[]): string[] {
  return [
    '| value | allowed | default | description |',
    '|---|---|---|---|',
    ...rows.map(
      ({ path, allowed, default: value, text }) =>
        `| \`${path}\` | ${[allowed, code(value), text].map(cell).join(' | ')} |`,
    ),
  ]
}

/** The page with each table between its marks. Throws where a page has no marks for one. */
export function withTablesIn(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name}: npm run schema -->`, `<!-- end of ${name} -->`]
    const [from, until] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || until < from) throw new Error(`a page has no ${begin} … ${end}`)
    return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(until)}`
  }, page)
}
