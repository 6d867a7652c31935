import { Redactions } from './secrets/redactions.ts'

/** Takes secrets out of a text. */
export type Redact = (text: string) => string

/** From the secrets; what takes them out already, does. */
export function createRedact(secrets: readonly string[] | Redact): Redact {
  if (typeof secrets === 'function') return secrets
  const redactions = new Redactions()
  for (const secret of secrets) redactions.add(secret, false)
  return (text) => redactions.redact(text)
}

/**
 * What of plain data is in our own words, and stays as it is where a secret is such a word. `own`: all of a value. `keys`: its keys come from outside, and
 * each value is as told. Else its keys are ours, and the value of each as told; of a list, so is each item. Of what nothing is told, all comes from outside.
 */
export type OwnWords = 'own' | { keys: OwnWords } | { [name: string]: OwnWords }

/** Plain data without secrets. Numbers stay, so that what is a number in a schema stays one. */
export function redactDeep<T>(value: T, redact: Redact, words?: OwnWords): T {
  return deep(value, redact, words) as T
}

function deep(value: unknown, redact: Redact, words?: OwnWords): unknown {
  if (words === 'own') return value
  if (typeof value === 'string') return redact(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map((item) => deep(item, redact, words))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (!words) return [redact(key), deep(item, redact)]
      if ('keys' in words) return [redact(key), deep(item, redact, words.keys)]
      return [key, deep(item, redact, Object.hasOwn(words, key) ? (words as Record<string, OwnWords>)[key] : undefined)]
    }),
  )
}
