/** The part of JSON Schema that is used here. */
interface Schema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  /** For a profile: one item for each kind. For a string: more patterns. */
  allOf?: { if?: Schema | undefined; then?: Schema; [keyword: string]: unknown }[]
  items?: Schema
  [keyword: string]: unknown
}

/**
 * Allows `null` for every optional value. With null, a later values file removes a value of an earlier one. If the chart has no default for it, Helm
 * passes the null on to the chart. Keys of another kind of profile may be null, too.
 */
export function deletable(schema: Schema): Schema {
  const { properties, required = [], allOf } = schema
  const result = { ...schema }
  // Helm replaces a list as a whole, so null is of no use in its items
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
