/** The tables of chart/README.md, generated from the schema, chart/values.yaml and values/. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readValuesFile } from '../runner/src/plan/values-file.ts'
import { chartSchemaText } from './chart-schema.ts'
import { cell, tableOf, withTablesIn } from './page-tables.ts'
import { rowsOf, type Schema } from './values-rows.ts'

/** A full URL, because a packaged chart contains no other files of the repository. */
const repository = 'https://github.com/katydid/katydid/blob/main'

export const chartReadme = new URL('../chart/README.md', import.meta.url)

/** All values, with a table for each kind of profile. */
export function valuesTable(): string {
  const root = JSON.parse(chartSchemaText()) as Schema
  const { values } = readValuesFile(new URL('../chart/values.yaml', import.meta.url).pathname)
  const { load, global: _, ...others } = root.properties as Record<string, Schema>
  const profile = load?.properties?.profile
  const of = (name: string, schema: Schema) => rowsOf(root, schema, name, values[name])
  const kinds = (profile?.allOf ?? []).flatMap(({ if: { properties }, then }) => {
    const kind = String(properties.kind.const)
    const rows = rowsOf(root, then, 'load.profile', undefined).filter(({ path }) => path !== 'load.profile.kind')
    return ['', `### load.profile, kind ${kind}`, '', then.description ?? '', '', ...tableOf(rows)]
  })
  const pod = Object.entries(root.$defs?.pod?.properties ?? {}).flatMap(([key, each]) =>
    rowsOf(root, each, `pods.all.${key}`, undefined),
  )
  const { extraArgs } = root.$defs?.podWithArguments?.properties ?? {}
  const args = ['master', 'workers'].flatMap((role) =>
    rowsOf(root, extraArgs as Schema, `pods.${role}.extraArgs`, undefined),
  )
  return [
    ...tableOf([
      ...Object.entries(others).flatMap(([name, schema]) => of(name, schema)),
      ...of('load', load as Schema),
    ]),
    ...kinds,
    '',
    '### pods.all, pods.master, pods.workers, pods.verdict, pods.target',
    '',
    ...tableOf([...pod, ...args]),
  ].join('\n')
}

/** All files of values/ with the question in their first line. */
export function filesTable(): string {
  const folder = new URL('../values/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  const rows = names.sort().map((name) => {
    const [, question] = /^# (.*)$/m.exec(readFileSync(new URL(name, folder), 'utf8').split('\n', 1)[0] ?? '') ?? []
    if (question === undefined) throw new Error(`values/${name} does not begin with what it answers`)
    return `| [\`${name}\`](${repository}/values/${name}) | ${cell(question)} |`
  })
  return ['| file | |', '|---|---|', ...rows].join('\n')
}

/** The page with the tables between their marks. */
export const withTables = (page: string) => withTablesIn(page, { files: filesTable(), values: valuesTable() })

// `npm run schema`
if (import.meta.main) {
  writeFileSync(chartReadme, withTables(readFileSync(chartReadme, 'utf8')))
  process.stdout.write(`${chartReadme.pathname}: ${readFileSync(chartReadme).length} bytes\n`)
}
