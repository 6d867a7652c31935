/** A JSON Schema, as far as walking along its properties goes. */
export interface Schema {
  description?: string
  type?: string | string[]
  enum?: unknown[]
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
  allOf?: { then?: Schema }[]
  $ref?: string
  $defs?: Record<string, Schema>
  const?: unknown
}

/** What the schema says of a path: nothing when there is no such value, several where it depends on the kind of profile. */
export function schemasAt(root: Schema, path: readonly string[]): Schema[] {
  let found = alternatives(root, root)
  for (const key of path)
    found = found.flatMap((schema) => {
      const below = schema.properties?.[key]
      return below ? alternatives(root, below) : []
    })
  return found
}

export function keysBelow(schema: Schema): ReadonlySet<string> {
  return new Set(Object.keys(schema.properties ?? {}))
}

/** The name of a type of Kubernetes, which is one value here, whatever it has in it. */
export function kubernetesType({ $ref }: Schema): string | undefined {
  const name = $ref?.replace('#/$defs/', '')
  return name?.startsWith('pod') ? undefined : name
}

/** The values that are no groups of others, each with what the schema says of it. */
export function leavesBelow(
  root: Schema,
  schema: Schema = root,
  path: readonly string[] = [],
): { path: readonly string[]; schema: Schema }[] {
  if (kubernetesType(schema)) return [{ path, schema }]
  const keys = alternatives(root, schema).flatMap(({ properties = {} }) => Object.entries(properties))
  const leaves: { path: readonly string[]; schema: Schema }[] = keys.length === 0 ? [{ path, schema }] : []
  for (const [key, below] of keys) leaves.push(...leavesBelow(root, below, [...path, key]))
  return leaves
}

/** Paths of values that nothing is said about. What only groups others need not be described. */
export function undescribed(root: Schema, schema: Schema = root, at = ''): string[] {
  if (kubernetesType(schema)) return []
  return alternatives(root, schema).flatMap((alternative) => {
    const items = alternative.items ? undescribed(root, alternative.items, `${at}[]`) : []
    const below = Object.entries(alternative.properties ?? {}).flatMap(([key, value]) => {
      const path = at === '' ? key : `${at}.${key}`
      const isGroup = alternatives(root, value).some(({ properties }) => properties)
      const isSaid = value.description !== undefined || value.const !== undefined || isGroup
      return [...(isSaid ? [] : [path]), ...undescribed(root, value, path)]
    })
    return [...items, ...below]
  })
}

/** Itself, what it refers to, and what it may be besides. */
function alternatives(root: Schema, schema: Schema): Schema[] {
  const referred = schema.$ref === undefined ? [] : [root.$defs?.[schema.$ref.replace('#/$defs/', '')] as Schema]
  const others = [...referred, ...(schema.anyOf ?? []), ...(schema.allOf ?? []).flatMap(({ then }) => then ?? [])]
  const itself = schema.$ref === undefined ? [schema] : []
  return [...itself, ...others.flatMap((other) => alternatives(root, other))]
}

/** The paths below `.Values` in a template: as they are, and through variables that were set to some of them. */
export function templatePaths(template: string): string[][] {
  // (.Values.load).profile is one path
  const text = template.replaceAll(/[()]/g, '')
  const bases = new Map([['.Values', [] as string[]]])
  for (const [, name, path] of text.matchAll(/\$(\w+) := \.Values((?:\.\w+)*)(?: \| default dict)? -?\}\}/g))
    bases.set(`$${name}`, keysOf(path))
  const paths: string[][] = []
  for (const [base, above] of bases) {
    const literal = base.replace(/[.$]/, '\\$&')
    for (const [, path] of text.matchAll(new RegExp(`${literal}((?:\\.\\w+)+)`, 'g')))
      paths.push([...above, ...keysOf(path)])
  }
  return paths
}

function keysOf(path: string | undefined): string[] {
  return (path ?? '').split('.').filter((key) => key !== '')
}
