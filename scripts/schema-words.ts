/** What a schema of values is made of: each says what a value is for. */
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
/** What Kubernetes itself checks. */
export const map = (description: string): Schema => ({ description, type: 'object' })
export const textMap = (description: string): Schema => ({
  ...map(description),
  additionalProperties: { type: 'string' },
})
export const list = (description: string): Schema => ({ description, type: 'array', items: { type: 'object' } })

export const duration = (description: string, number: Schema): Schema => ({
  description: `${description} As 90s, 5m, 1h30m, 7d, or a number of seconds.`,
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
