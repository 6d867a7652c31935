import { Redactions } from '../loadfile/redactions.ts'

/** Takes secrets out of a text. */
export type Redact = (text: string) => string

/** From the secrets; what takes them out already, does. */
export function createRedact(secrets: readonly string[] | Redact): Redact {
  if (typeof secrets === 'function') return secrets
  const redactions = new Redactions()
  for (const secret of secrets) redactions.add(secret, false)
  return (text) => redactions.redact(text)
}

/** Plain data without them, keys too. Numbers stay, so that what is a number in a schema stays one. */
export function redactDeep<T>(value: T, redact: Redact): T {
  return deep(value, redact) as T
}

function deep(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map((item) => deep(item, redact))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), deep(item, redact)]))
}
