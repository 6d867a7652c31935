import { suggest } from '../plan/suggest.ts'
import type { RequestOptions } from './http-options.ts'
import { otherSettings, otherWords } from './option-words.ts'
import { kindOf, RequestTypeError } from './request-error.ts'

/** All that there are: the compiler says which one is missing. */
const known: Record<keyof RequestOptions, true> = {
  json: true,
  form: true,
  body: true,
  headers: true,
  query: true,
  auth: true,
  timeout: true,
  name: true,
  catchResponse: true,
  stream: true,
  redirect: true,
  context: true,
}
const names = Object.keys(known)

/**
 * Refuses options that say nothing, and values of the wrong type, before anything is sent. What has a form of its own (form, query, headers, auth, timeout,
 * redirect) is checked by whoever reads it. Makes no object: a request pays for it each time.
 */
export function checkOptions(options: RequestOptions): void {
  if (typeof options !== 'object' || isNoOptions(options)) throw secondArgument(options)
  for (const name in options)
    switch (name) {
      case 'json':
        if (typeof options.json !== 'string') checkJson(options.json)
        break
      case 'name':
        if (typeof options.name !== 'string' && options.name !== undefined && options.name !== null)
          throw wrong('name', options.name, 'give text')
        break
      case 'catchResponse':
        if (typeof options.catchResponse !== 'boolean' && options.catchResponse !== undefined)
          throw wrong('catchResponse', options.catchResponse, 'give true or false')
        break
      case 'stream':
        if (typeof options.stream !== 'boolean' && options.stream !== undefined)
          throw wrong('stream', options.stream, 'give true or false')
        break
      case 'context':
        if (typeof options.context !== 'object' && options.context !== undefined)
          throw wrong('context', options.context, 'give an object')
        break
      case 'form':
      case 'body':
      case 'headers':
      case 'query':
      case 'auth':
      case 'timeout':
      case 'redirect':
        break
      default:
        throw unknown(name, options)
    }
}

/** A third argument: `post(url, body, params)` is how k6 and axios have it. */
export function thirdArgument(): RequestTypeError {
  return new RequestTypeError(
    'a request has a third argument',
    "put body and headers into the second one: post('/cart', { json: { quantity: 1 }, headers: { 'x-tenant': 'blue' } })",
  )
}

/** A name that requests are counted under. */
export function checkName(name: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new RequestTypeError(`renameRequest() is given ${name === '' ? 'no name' : kindOf(name)}`, 'give text')
}

/** Makes setting what only other tools have an error: `client.verify = false` would be a property that nobody reads. */
export function refuseOtherSettings(client: object): void {
  for (const [name, hint] of Object.entries(otherSettings))
    Object.defineProperty(client, name, {
      set() {
        throw new RequestTypeError(`a client has no ${name}`, hint)
      },
    })
}

function isNoOptions(options: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(options)
  if (prototype === Object.prototype || prototype === null) return false
  return (
    Symbol.iterator in options ||
    Symbol.asyncIterator in options ||
    ArrayBuffer.isView(options) ||
    options instanceof ArrayBuffer ||
    options instanceof Blob ||
    options instanceof URL ||
    options instanceof Date ||
    options instanceof Promise ||
    options instanceof Request
  )
}

function secondArgument(given: unknown): RequestTypeError {
  const hint =
    typeof given === 'string' ? "{ body: 'text' }, { form: 'a=1' }" : '{ json: … }, { form: … } or { body: … }'
  return new RequestTypeError(
    `the second argument of a request is ${kindOf(given)}`,
    `give options, and put a body into one of them: ${hint}`,
  )
}

/** @internal For a test: nothing that the type allows is refused. */
export const optionNames: readonly string[] = names

function unknown(name: string, options: object): RequestTypeError {
  const other = Object.hasOwn(otherWords, name) ? otherWords[name] : undefined
  const meant = suggest(name, names)
  const noneIsKnown = Object.keys(options).every((key) => !names.includes(key))
  const hint = other
    ? other
    : meant
      ? `did you mean ${meant}?`
      : noneIsKnown
        ? `put a body into json, form or body: { json: { ${name}: … } }`
        : `use one of ${names.join(', ')}`
  return new RequestTypeError(`unknown request option ${JSON.stringify(name)}`, hint)
}

/** JSON.stringify makes `{}` of what is no data, and says nothing. */
function checkJson(json: unknown): void {
  if (typeof json === 'function' || typeof json === 'symbol' || typeof json === 'bigint') throw wrongJson(json)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return
  const prototype: unknown = Object.getPrototypeOf(json)
  if (prototype === Object.prototype || prototype === null || 'toJSON' in json) {
    if (Buffer.isBuffer(json)) throw wrongJson(json)
    return
  }
  if (
    Symbol.iterator in json ||
    Symbol.asyncIterator in json ||
    ArrayBuffer.isView(json) ||
    Object.keys(json).length === 0
  )
    throw wrongJson(json)
}

function wrongJson(json: unknown): RequestTypeError {
  const entries = json instanceof Map || json instanceof Headers || json instanceof FormData
  const hint = entries || json instanceof URLSearchParams ? 'use Object.fromEntries(), or form' : 'give plain data'
  return wrong('json', json, json instanceof Set ? 'use [...set]' : hint)
}

function wrong(name: string, value: unknown, hint: string): RequestTypeError {
  return new RequestTypeError(`the request option ${name} is ${kindOf(value)}`, hint)
}
