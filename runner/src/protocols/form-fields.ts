import type { Fields, FieldValue } from './http-options.ts'
import { kindOf, RequestTypeError } from './request-error.ts'

/** Deeper than any form; what is deeper has itself in it. */
const maxDepth = 32

/**
 * Fields as a browser encodes them, spaces as `+`. Text is taken as it is. A list repeats its name; what lies deeper is written as PHP, Rails, qs and
 * axios do: `item[id]=1`, `items[0][id]=1`. Throws RequestTypeError for what has no such form.
 */
export function urlencoded(option: 'form' | 'query', fields: Fields): string {
  if (typeof fields === 'string') return fields
  if (fields instanceof URLSearchParams) return fields.toString()
  const params = new URLSearchParams()
  const add = (name: string, value: unknown, depth: number): void => {
    if (value === undefined || value === null) return
    if (depth > maxDepth) throw wrong(option, `has more than ${maxDepth} levels`)
    const text = scalar(value)
    if (text !== undefined) params.append(name, text)
    else if (Array.isArray(value) || value instanceof Set) {
      const list = [...value]
      const flat = list.every((one) => one === undefined || one === null || scalar(one) !== undefined)
      for (const [at, one] of list.entries()) add(flat ? name : `${name}[${at}]`, one, depth + 1)
    } else for (const [key, one] of entriesOf(option, value)) add(`${name}[${key}]`, one, depth + 1)
  }
  for (const [name, value] of isPairs(fields) ? pairsOf(option, fields) : entriesOf(option, fields)) add(name, value, 0)
  return params.toString()
}

function scalar(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value)
  }
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString()
  return value instanceof URL ? value.href : undefined
}

function isPairs(fields: unknown): fields is Iterable<unknown> {
  return typeof fields === 'object' && fields !== null && Symbol.iterator in fields && !ArrayBuffer.isView(fields)
}

function* pairsOf(option: string, fields: Iterable<unknown>): Generator<[string, unknown]> {
  for (const pair of fields) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string')
      throw wrong(option, 'is a list, but not a list of pairs')
    yield [pair[0], pair[1]]
  }
}

/** Names and values of an object or a Map. */
function entriesOf(option: string, value: unknown): Iterable<[string, unknown]> {
  if (value instanceof Map) return pairsOf(option, value)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Symbol.iterator in value)
    throw wrong(option, `is or has ${kindOf(value)}`)
  const entries: [string, FieldValue][] = Object.entries(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (entries.length > 0 || prototype === Object.prototype || prototype === null) return entries
  throw wrong(option, `is or has ${value instanceof Blob ? 'a file' : kindOf(value)}`)
}

function wrong(option: string, problem: string): RequestTypeError {
  const files = option === 'form' ? '; for files, use a FormData' : ''
  return new RequestTypeError(
    `the request option ${option} ${problem}`,
    `give an object, a Map, pairs or URLSearchParams. Values may be text, numbers, true, false, lists and objects${files}`,
  )
}
