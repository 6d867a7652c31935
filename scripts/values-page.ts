/** The tables of runner/docs/values-file.md: every key of a values file that `katydid run -f` reads, from the schema of the plan. */
import { readFileSync, writeFileSync } from 'node:fs'
import { planSchemaText } from '../runner/src/plan/schema-files.ts'
import { tableOf, withTablesIn } from './page-tables.ts'
import { rowsOf, type Schema } from './values-rows.ts'

export const valuesPage = new URL('../runner/docs/values-file.md', import.meta.url)

const root = JSON.parse(planSchemaText()) as Schema

function tableOfKeys(name: 'load' | 'workers'): string {
  const rows = rowsOf(root, root.properties?.[name] as Schema, name, undefined)
  return tableOf(rows).join('\n')
}

/** The keys of each kind of profile. */
function profileTables(): string {
  const { allOf: kinds = [] } = root.properties?.load?.properties?.profile ?? {}
  const sections = kinds.flatMap(({ if: { properties }, then }) => {
    const kind = String(properties.kind.const)
    const rows = rowsOf(root, then, 'load.profile', undefined).filter(({ path }) => path !== 'load.profile.kind')
    return [`### kind: ${kind}`, '', then.description ?? '', '', ...tableOf(rows), '']
  })
  return sections.join('\n').trimEnd()
}

/** The page with its tables as they are now. */
export const withValuesFile = (page: string) =>
  withTablesIn(page, { load: tableOfKeys('load'), profiles: profileTables(), workers: tableOfKeys('workers') })

// `npm run schema`
if (import.meta.main) {
  writeFileSync(valuesPage, withValuesFile(readFileSync(valuesPage, 'utf8')))
  process.stdout.write(`${valuesPage.pathname}: ${readFileSync(valuesPage).length} bytes\n`)
}
