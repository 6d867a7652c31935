import { z } from 'zod'

/** How an option of the plan can be set outside a values file. It stands at its field in the schema, and everything else is made from it. */
export interface OptionRow {
  /** As commander writes it: `-r, --spawn-rate <rate>`. An argument is its name alone: `FILE`. */
  flags: string
  /** For the command line, in its words; an argument has none. */
  help?: string
  /** Its name among the flags of a plan; left out: the long flag's, `maxRedirects` of `--max-redirects`. */
  name?: string
  /** Its variable, without `KATYDID_`; left out: the long flag's, `SPAWN_RATE`, or of HTTP the field's, `HTTP_MAX_BODY_BYTES`. */
  env?: string
  /** Locust has the same variable, with `LOCUST_`. */
  locust?: true
  /** From the text of a flag or variable to what a values file would have there; left out: as the field's type has it. */
  parse?: (text: string) => unknown
  /** Only the master's command line has it. */
  master?: true
}

const rows = z.registry<OptionRow>()

/** Gives a field of the schema its flag and its variable. The field comes with its default and description: those of a later copy are not seen. */
export function option<T extends z.ZodType>(field: T, row: OptionRow): T {
  rows.add(field, row as Parameters<typeof rows.add<T>>[1])
  return field
}

/** A field that has a flag. */
export interface OptionField {
  row: OptionRow
  /** Its place in the values. */
  path: readonly string[]
  /** The type below its default. */
  type: z.ZodType
  /** Of a profile: the kinds that have this field. */
  kinds: readonly string[]
}

/** All of them below a schema, in its order. A field that several kinds of a profile have is one. */
export function optionFields(schema: z.ZodType, path: readonly string[] = []): OptionField[] {
  const type = bare(schema)
  if (type instanceof z.ZodDiscriminatedUnion) return ofKinds(type, path)
  const row = rows.get(schema)
  if (row) return [{ row, path, type, kinds: [] }]
  if (!(type instanceof z.ZodObject)) return []
  return Object.entries(type.shape).flatMap(([key, field]) => optionFields(field as z.ZodType, [...path, key]))
}

function ofKinds(union: z.ZodDiscriminatedUnion, path: readonly string[]): OptionField[] {
  const found = new Map<string, OptionField>()
  for (const kind of union.options as readonly z.ZodObject[]) {
    const name = String((kind.shape.kind as z.ZodLiteral).value)
    for (const field of optionFields(kind, path)) {
      const key = field.path.join('.')
      const known = found.get(key)
      found.set(key, { ...(known ?? field), kinds: [...(known?.kinds ?? []), name] })
    }
  }
  return [...found.values()]
}

/** What a default or `optional` is around. */
function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return bare(schema.unwrap() as z.ZodType)
  return schema
}

/** `a b,c` of a variable. */
export function asList(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '')
}
