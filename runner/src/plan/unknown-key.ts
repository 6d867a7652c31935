import type { z } from 'zod'
import type { LayeredValues, Path } from './layers.ts'
import { suggest } from './suggest.ts'
import { valuesSchema } from './values-schema.ts'

/** What other tools call it: no edit distance finds these. */
const otherWords: Record<string, string> = {
  duration: 'ramp (time to get there) and hold (time to stay there)',
  target: 'users, or rate with kind arrivals',
  vus: 'users',
  startRate: 'a first stage of { rate, hold }',
}

/** What is wrong with a key that a strict map does not know, and what it may have been meant to be. */
export function unknownKeySentence(values: LayeredValues, parent: Path, key: string): string {
  const allowed = allowedKeys(values, parent)
  const kind = parent.at(-1) === 'profile' ? values.at([...parent, 'kind']) : undefined
  const what = kind === undefined ? 'unknown key' : `kind ${kind} has no such key`
  const meant = suggest(key, allowed)
  if (meant) return `${what}: did you mean ${meant}?`
  const keyOrigin = values.originOf([...parent, key])
  const kindOrigin = kind === undefined ? undefined : values.originOf([...parent, 'kind'])
  if (keyOrigin && kindOrigin && keyOrigin !== kindOrigin)
    return `${what}: ${kindOrigin.name} changed the kind: write ${key}: null there to remove the key`
  const known = otherWords[key]
  if (known && parent.at(-2) === 'stages') return `${what}: use ${known}`
  return `${what}: use one of ${allowed.join(', ')}`
}

/** The keys the schema has at a place, with the kind that the values have there. */
function allowedKeys(values: LayeredValues, path: Path): string[] {
  let schema = inner(valuesSchema, values.at([]))
  for (const [depth, key] of path.entries()) {
    const { def } = (schema as z.core.$ZodTypes)._zod
    const value = values.at(path.slice(0, depth + 1))
    if (def.type === 'object') schema = inner(def.shape[String(key)], value)
    else if (def.type === 'array') schema = inner(def.element, value)
    else return []
  }
  const { def } = (schema as z.core.$ZodTypes)._zod
  return def.type === 'object' ? Object.keys(def.shape) : []
}

/** The schema of the value itself: without what makes it optional, and of a union the member that takes a map like this one. */
function inner(schema: z.core.$ZodType | undefined, value: unknown): z.core.$ZodType | undefined {
  if (schema === undefined) return undefined
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return inner(def.innerType, value)
    case 'union':
      return def.options.map((option) => inner(option, value)).find((option) => takes(option, value))
    default:
      return schema
  }
}

function takes(schema: z.core.$ZodType | undefined, value: unknown): boolean {
  if (schema === undefined) return false
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type !== 'object') return false
  const { kind } = def.shape
  if (kind === undefined) return true
  const literal = (kind as z.core.$ZodTypes)._zod.def
  const asked = (value as { kind?: unknown } | undefined)?.kind
  return literal.type === 'literal' && literal.values.some((known) => known === asked)
}
