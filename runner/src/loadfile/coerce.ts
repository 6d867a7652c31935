import { Choice } from './choice.ts'

/** What a parameter that is no secret can be declared as: by its default, or by `choice()`. */
export type Declared = string | number | boolean | Choice<string | number>

/**
 * A value as the default's type wants it: flags are always text, values files have types of their own. Undefined where it
 * cannot be.
 */
export function coerce(value: unknown, declared: Declared): string | number | boolean | undefined {
  if (declared instanceof Choice) return declared.allowed.find((allowed) => String(allowed) === String(value))
  if (typeof declared === 'number') return toNumber(value)
  if (typeof declared === 'boolean') return toBoolean(value)
  return isPrimitive(value) ? String(value) : undefined
}

/** The same in words. */
export function wanted(declared: Declared): string {
  if (declared instanceof Choice) return `one of ${declared.allowed.join(', ')}`
  return { number: 'a number', boolean: 'true or false' }[typeof declared as string] ?? 'a text'
}

function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function toBoolean(value: unknown): boolean | undefined {
  const word = String(value).trim().toLowerCase()
  if (['true', 'yes', 'on', '1'].includes(word)) return true
  return ['false', 'no', 'off', '0'].includes(word) ? false : undefined
}

function isPrimitive(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
