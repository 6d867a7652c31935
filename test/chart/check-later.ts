/**
 * Helm compiles the schema of the chart anew with each call, and that takes half of the call's time. So Helm renders without it what ajv allows, and at the
 * end of the process checks all of those values with one call: a test process fails where Helm refuses what ajv allowed.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { temporaryFolder } from '../run-katydid.ts'
import { call } from './call.ts'
import { schema, schemaOfCases, valuesOf } from './merged-values.ts'

const allows = new Ajv2020({ strict: false, validateFormats: false }).compile(schema)
/** By the Helm that has to check them; each once. */
const later = new Map<string, Set<string>>()

/** Whether Helm may render these values without the schema now. */
export function isCheckedLater(helm: string, values: readonly (object | string)[], args: readonly string[]): boolean {
  // flags may change the values; of null Helm knows more
  if (args.some((arg) => /^(-f|--values|--set)/.test(arg)) || JSON.stringify(values).includes('null')) return false
  const all = valuesOf(values)
  if (!allows(all)) return false
  later.set(helm, (later.get(helm) ?? new Set()).add(JSON.stringify(all)))
  return true
}

process.on('exit', () => {
  for (const [helm, values] of later) {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: cases\nversion: 1.0.0\n')
    writeFileSync(join(folder, 'values.schema.json'), schemaOfCases())
    writeFileSync(join(folder, 'values.yaml'), `{"cases":[${[...values].join()}]}`)
    const { exitCode, stderr } = call(helm, ['template', 'shop', folder])
    if (exitCode === 0) continue
    console.error(`Helm refuses values that a test has rendered:\n${stderr}`)
    process.exitCode = 1
  }
})
