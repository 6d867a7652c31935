import { inspect } from 'node:util'

const maxLength = 80

/** A value of the load file as an error sentence shows it: on one line, short, whatever it is. */
export function shownValue(value: unknown): string {
  if (value instanceof Promise) return 'a promise'
  if (typeof value === 'function') return /^class\b/.test(String(value)) ? `the class ${value.name}` : 'a function'
  const text = inspect(value, {
    ...{ depth: 1, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 5, maxStringLength: 60 },
    customInspect: false,
  }).replace(/\s*\n\s*/g, ' ')
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
}
