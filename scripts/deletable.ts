/** A JSON Schema, as far as it matters here. */
interface Schema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  /** Of profiles: one for each kind. Of a text: other patterns. */
  allOf?: { if?: Schema | undefined; then?: Schema; [keyword: string]: unknown }[]
  items?: Schema
  [keyword: string]: unknown
}

/**
 * Lets `null` stand wherever a value may be left out: with it a later values file takes back what an earlier one said, and Helm hands it
 * to the chart as it is, where the chart has no value of its own. That goes for keys of another kind of profile, too.
 */
export function deletable(schema: Schema): Schema {
  const { properties, required = [], allOf } = schema
  const result = { ...schema }
  // a list goes over another as a whole: there is nothing to take back in it
  if (properties)
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => {
        const below = deletable(value)
        return [key, required.includes(key) ? below : orNull(below)]
      }),
    )
  if (allOf) {
    const keys = new Set(allOf.flatMap(({ then }) => Object.keys(then?.properties ?? {})))
    const taken = Object.fromEntries(
      [...keys].map((key) => [key, { description: 'A key of another kind.', type: 'null' }]),
    )
    result.allOf = allOf.map((one) => {
      const { if: condition, then } = one
      if (!then) return one
      const whole = deletable(then)
      if (then.additionalProperties !== false)
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits this
        return { if: condition, then: whole }
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
