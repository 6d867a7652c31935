import { z } from 'zod'
import { valuesSchema } from './values-schema.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * JSON Schema (draft 2020-12) of a values file: for editors, and for the chart's `values.schema.json`. It is of what people write
 * (`5m`, `10/s`), with the defaults they may rely on.
 */
export function jsonSchema(): JsonSchema {
  return z.toJSONSchema(valuesSchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod
      if (def.type === 'union' && 'discriminator' in def) byKind(jsonSchema)
    },
  })
}

/** `oneOf` tells whoever errs about every kind there is; if/then only about the one meant. */
function byKind(schema: JsonSchema): void {
  const kinds = (schema.oneOf ?? []) as JsonSchema[]
  delete schema.oneOf
  const nameOf = (kind: JsonSchema) => (kind.properties as Record<string, JsonSchema>).kind?.const
  schema.type = 'object'
  schema.required = ['kind']
  schema.properties = {
    kind: {
      enum: kinds.map(nameOf) as string[],
      description: 'The kind of the load profile. It decides which other keys there are.',
    },
  }
  schema.allOf = kinds.map((kind) => ({
    if: { properties: { kind: { const: nameOf(kind) as string } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits this
    then: kind,
  }))
}
