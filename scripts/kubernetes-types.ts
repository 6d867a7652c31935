/**
 * The Kubernetes types that the chart's values use, from the OpenAPI 3 schema of the API server: without descriptions, and without unknown fields. An
 * optional field may be null, because Kubernetes accepts it, and Helm passes a null that one values file sets to remove a value of another.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Schema } from './schema-words.ts'

const typesFile = new URL('kubernetes-types.schema.json', import.meta.url)
const roots = [
  'Affinity',
  'Container',
  'EnvFromSource',
  'EnvVar',
  'HostAlias',
  'NetworkPolicyEgressRule',
  'NetworkPolicyPeer',
  'PodDNSConfig',
  'PodSecurityContext',
  'Probe',
  'ResourceRequirements',
  'SecurityContext',
  'Toleration',
  'TopologySpreadConstraint',
  'Volume',
  'VolumeMount',
]
const documents = ['/openapi/v3/api/v1', '/openapi/v3/apis/networking.k8s.io/v1']

/** All needed types by their short names. */
export const kubernetesTypes = (JSON.parse(readFileSync(typesFile, 'utf8')) as { types: Record<string, Schema> }).types

/** A reference such as `#/$defs/EnvVar`. */
export const typeRef = (name: keyof typeof kubernetesTypes): string => `#/$defs/${name}`

const shortName = (reference: string) => reference.split('.').at(-1) as string

/** A quantity of Kubernetes. 512Mi is one, 512MB is not. */
const quantity: Schema = {
  type: ['string', 'number', 'null'],
  pattern: '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$',
}
/** Resources of a container. Any other name without a domain is a typing error, and Kubernetes would create no pod. */
const resourceName = '^(cpu|memory|ephemeral-storage|hugepages-.+|[a-z0-9.-]+/.+)$'

function typeOf(schema: Schema, optional: boolean): Schema {
  const { $ref, allOf, type, items, additionalProperties, properties, required, enum: values, format } = schema
  const [single] = (allOf as Schema[] | undefined) ?? []
  const reference = ($ref ?? single?.$ref) as string | undefined
  if (reference !== undefined) return { $ref: `#/$defs/${shortName(reference)}` }
  if (format === 'int-or-string') return { type: ['integer', 'string', 'null'] }
  const orNull = (one: unknown) => (optional ? [one, 'null'] : one)
  if (properties) {
    const below = Object.entries(properties).map(
      ([key, each]) => [key, typeOf(each, !required?.includes(key))] as const,
    )
    return {
      type: ['object', 'null'],
      properties: Object.fromEntries(below),
      ...(required ? { required } : {}),
      additionalProperties: false,
    }
  }
  return {
    type: orNull(type),
    // an empty string in an optional field means not set
    ...(values ? { enum: optional ? [...(values as unknown[]), '', null] : values } : {}),
    ...(items ? { items: typeOf(items as Schema, false) } : {}),
    ...(additionalProperties ? { additionalProperties: typeOf(additionalProperties as Schema, false) } : {}),
  }
}

function needed(all: Readonly<Record<string, Schema>>): Record<string, Schema> {
  const types: Record<string, Schema> = {}
  const add = (name: string) => {
    if (types[name]) return
    types[name] = name === 'Quantity' ? quantity : typeOf(all[name] as Schema, true)
    for (const [, below] of JSON.stringify(types[name]).matchAll(/"#\/\$defs\/(\w+)"/g)) add(below as string)
  }
  roots.forEach(add)
  const { properties = {} } = types.ResourceRequirements as Schema
  for (const key of ['limits', 'requests']) {
    const { type, additionalProperties } = properties[key] as Schema
    properties[key] = { type, patternProperties: { [resourceName]: additionalProperties }, additionalProperties: false }
  }
  return Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)))
}

// node scripts/kubernetes-types.ts: reads the types again from the cluster of the kubeconfig
if (import.meta.main) {
  const raw = (path: string) =>
    JSON.parse(execFileSync('kubectl', ['get', '--raw', path], { encoding: 'utf8', maxBuffer: 2 ** 26 }))
  const schemas = documents.flatMap((path) => Object.entries(raw(path).components.schemas as Record<string, Schema>))
  const all = Object.fromEntries(schemas.map(([name, schema]) => [shortName(name), schema]))
  const version = (raw('/version') as { gitVersion: string }).gitVersion
  const types = Object.entries(needed(all)).map(([name, type]) => `    "${name}": ${JSON.stringify(type)}`)
  writeFileSync(typesFile, `{\n  "kubernetes": "${version}",\n  "types": {\n${types.join(',\n')}\n  }\n}\n`)
}
