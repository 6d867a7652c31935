/** A JSON Schema, as far as it matters here. */
interface Schema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  allOf?: { if: Schema; then: Schema }[]
  items?: Schema
  [keyword: string]: unknown
}

/**
 * Lets `null` stand wherever a value may be left out: with it a later values file takes back what an earlier one said, and Helm hands it
 * to the chart as it is, where the chart has no value of its own. That goes for keys of another kind of profile, too.
 */
export function deletable(schema: Schema): Schema {
  const { properties, required = [], allOf, items } = schema
  const result = { ...schema }
  if (items) result.items = deletable(items)
  if (properties)
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => {
        const below = deletable(value)
        return [key, required.includes(key) ? below : orNull(below)]
      }),
    )
  if (allOf) {
    const keys = new Set(allOf.flatMap(({ then }) => Object.keys(then.properties ?? {})))
    const taken = Object.fromEntries([...keys].map((key) => [key, { description: 'Of another kind.', type: 'null' }]))
    result.allOf = allOf.map(({ if: condition, then }) => {
      const whole = deletable(then)
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits this
      return { if: condition, then: { ...whole, properties: { ...taken, ...whole.properties } } }
    })
  }
  return result
}

function orNull(schema: Schema): Schema {
  if (schema.anyOf) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] }
  if (schema.enum) return { ...schema, enum: [...schema.enum, null], ...typesOf(schema) }
  return { ...schema, ...typesOf(schema) }
}

function typesOf({ type }: Schema): Schema {
  return type === undefined ? {} : { type: [type, 'null'].flat() }
}
