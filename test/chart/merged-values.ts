/** The values that templates get, for tests that hand several sets of them to one call of Helm. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readValuesFile } from '../../runner/src/plan/values-file.ts'
import { root } from './call.ts'

const { values: own } = readValuesFile(join(root, 'chart/values.yaml'))

export const schema = JSON.parse(readFileSync(join(root, 'chart/values.schema.json'), 'utf8')) as { $defs: object }

/** The schema of a chart whose value `cases` is a list of values of this chart. */
export function schemaOfCases(): string {
  const { $defs, ...items } = schema
  return JSON.stringify({ type: 'object', properties: { cases: { type: 'array', items } }, $defs })
}

/** On top of the chart's own, as Helm does it; a name is a file in `values/`. */
export const valuesOf = (given: readonly (object | string)[]): unknown =>
  given
    .map((each) => (typeof each === 'string' ? readValuesFile(join(root, 'values', each)).values : each))
    .reduce<unknown>(merged, own)

/** Maps are merged, and null takes a key away. */
function merged(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above
  const all: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above))
    if (value === null) delete all[key]
    else all[key] = merged(all[key], value)
  return all
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
