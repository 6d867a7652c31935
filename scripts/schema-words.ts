/** Building blocks of the chart's schema. Each takes the description of the value. */
import { durationPattern } from '../runner/src/plan/duration.ts'

export interface Schema {
  [keyword: string]: unknown
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
}

export const text = (description: string, keywords: Schema = {}): Schema => ({
  description,
  type: 'string',
  ...keywords,
})
export const flag = (description: string): Schema => ({ description, type: 'boolean' })
export const choice = (description: string, values: string[]): Schema => ({ description, type: 'string', enum: values })
export const texts = (description: string): Schema => ({
  description,
  type: 'array',
  items: { type: 'string', minLength: 1 },
})
export const meshes = ['none', 'istio', 'linkerd']
/** A map with any content. */
export const map = (description: string): Schema => ({ description, type: 'object' })
/** A map whose keys match a pattern. For a wrong key Helm names the path, which it does not do with `propertyNames`. */
export const mapOf = (description: string, key: string, value: Schema): Schema => ({
  ...map(description),
  patternProperties: { [key]: value },
  additionalProperties: false,
})
/** A key of a Kubernetes label or annotation: a name, with or without a domain before it. */
const key = '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'
export const annotations = (description: string): Schema => mapOf(description, key, { type: 'string' })
export const labels = (description: string): Schema =>
  mapOf(description, key, { type: 'string', pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$' })
/** A Kubernetes type (kubernetes-types.ts). */
export const kubernetes = (type: string, description: string): Schema => ({ description, $ref: `#/$defs/${type}` })
export const listOf = (type: string, description: string): Schema => ({
  description,
  type: 'array',
  items: { $ref: `#/$defs/${type}` },
})

export const duration = (description: string, number: Schema): Schema => ({
  description,
  anyOf: [
    { type: 'string', pattern: durationPattern },
    { type: 'number', ...number },
  ],
})

export const keys = (description: string, properties: Record<string, Schema>): Schema => ({
  description,
  type: 'object',
  properties,
  additionalProperties: false,
})
