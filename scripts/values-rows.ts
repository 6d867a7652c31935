/** The chart's values as rows: path, allowed values, default, description. The README's table and the comments of values.yaml are made of them. */
import { durationPattern } from '../runner/src/plan/duration.ts'
import { ratePattern } from '../runner/src/plan/rate.ts'
import { ratioPattern } from '../runner/src/plan/ratio.ts'
import { sizePattern } from '../runner/src/plan/size.ts'

export interface Schema {
  description?: string
  examples?: unknown[]
  default?: unknown
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  minimum?: number
  maximum?: number
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  allOf?: { if: { properties: { kind: Schema } }; then: Schema }[]
  $ref?: string
  $defs?: Record<string, Schema>
}

const forms: Record<string, string> = {
  [durationPattern]: 'duration',
  [ratePattern]: 'rate',
  [ratioPattern]: 'ratio',
  [sizePattern]: 'size',
}

const isNull = ({ type, const: value }: Schema) => type === 'null' || value === null

/** The allowed values, in a few words. */
function allowed(schema: Schema): string {
  if (schema.$ref) return 'map'
  if (schema.anyOf) {
    const parts = schema.anyOf.filter((each) => !isNull(each)).map(allowed)
    const form = parts.find((part) => Object.values(forms).includes(part))
    return form ?? [...new Set(parts)].join(' or ')
  }
  if (schema.enum) return schema.enum.filter((each) => each !== null).join(', ')
  if (schema.pattern !== undefined && forms[schema.pattern]) return forms[schema.pattern] as string
  const [type = 'any'] = [schema.type].flat().filter((each) => each !== 'null')
  if (type === 'array') return 'list'
  if (type === 'object') return 'map'
  if (type === 'string') return 'string'
  if (type === 'boolean') return 'true, false'
  return type
}

export interface Row {
  path: string
  allowed: string
  default: unknown
  text: string
}

/** A row for each value that is not a group of others. `own` is its default in values.yaml. */
export function rowsOf(root: Schema, schema: Schema, path: string, own: unknown): Row[] {
  const below = schema.properties ?? {}
  const keys = Object.entries(below).filter(([, each]) => !isNull(each))
  // a map with known keys is described by its keys
  const isGroup = keys.length > 0 && !schema.$ref
  const row = { path, allowed: allowed(schema), default: own ?? schema.default, text: schema.description ?? '' }
  return isGroup
    ? keys.flatMap(([key, each]) =>
        rowsOf(root, each, `${path}.${key}`, (own as Record<string, unknown> | undefined)?.[key]),
      )
    : [row]
}
