/**
 * Renders the chart for many sets of values with one call of Helm: most of a call's time goes into its start and into the schema, which it compiles anew.
 * The call gets a chart made for it. Each template is there as it is, under a name, and one more template includes them all for each set of values.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { temporaryFolder } from '../run-katydid.ts'
import { call, root } from './call.ts'
import { schemaOfCases, valuesOf } from './merged-values.ts'

const chart = join(root, 'chart')

function writeChart(folder: string): void {
  mkdirSync(join(folder, 'templates'))
  for (const name of ['Chart.yaml', 'dashboards']) cpSync(join(chart, name), join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'values.schema.json'), schemaOfCases())
  const names = readdirSync(join(chart, 'templates'))
  const shown = names.filter((name) => name.endsWith('.yaml'))
  for (const name of names) {
    const text = readFileSync(join(chart, 'templates', name), 'utf8')
    if (name.startsWith('_')) writeFileSync(join(folder, 'templates', name), text)
    else writeFileSync(join(folder, 'templates', `_${name}.tpl`), `{{ define "template ${name}" }}${text}{{ end }}`)
  }
  const context = `"Values" $values "Release" $.Release "Chart" $.Chart "Capabilities" $.Capabilities "Files" $.Files`
  const template = '"Template" (dict "BasePath" "katydid/templates")'
  writeFileSync(
    join(folder, 'templates/cases.yaml'),
    `kind: Cases
texts:
{{- range $values := .Values.cases }}
{{- $root := dict ${context} ${template} }}
{{- $_ := include "template NOTES.txt" $root }}
{{- $text := list ${shown.map((name) => `(include "template ${name}" $root)`).join(' ')} | join "\\n---\\n" }}
{{- range $document := splitList "\\n---" $text }}
{{- with (fromYaml $document).Error }}{{ fail (printf "%s in:%s" . $document) }}{{ end }}
{{- end }}
- {{ $text | toJson }}
{{- end }}
`,
  )
}

/** What each of them renders to, in the same order; its objects are in the order of the templates' names. Throws with what Helm says of any. */
export function renderMany(helm: string, cases: readonly (readonly (object | string)[])[]): string[] {
  const folder = temporaryFolder()
  writeChart(folder)
  const values = { cases: cases.map(valuesOf) }
  writeFileSync(join(folder, 'values.yaml'), JSON.stringify(values))
  const { exitCode, stdout, stderr } = call(helm, ['template', 'shop', folder])
  if (exitCode !== 0) throw new Error(stderr)
  return (parse(stdout) as { texts: string[] }).texts
}
