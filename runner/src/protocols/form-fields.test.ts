import assert from 'node:assert/strict'
import { test } from 'node:test'
import { urlencoded } from './form-fields.ts'
import type { Fields } from './http-options.ts'

const right: [what: string, fields: unknown, text: string][] = [
  ['an object', { a: 'b c', n: 1, yes: true, big: 9n, no: undefined, none: null }, 'a=b+c&n=1&yes=true&big=9'],
  ['text', 'a=1&b=%20', 'a=1&b=%20'],
  ['URLSearchParams', new URLSearchParams('a=1&a=2'), 'a=1&a=2'],
  ['a Map', new Map<string, unknown>([['a', [1, 2]]]), 'a=1&a=2'],
  ['pairs', [['a', '1'], ['a', 2]], 'a=1&a=2'], // biome-ignore format: a row
  ['nothing', {}, ''],
  ['no pairs', [], ''],
  ['a list', { d: ['&', 2, undefined] }, 'd=%26&d=2'],
  ['a Set', { d: new Set([1, 2]) }, 'd=1&d=2'],
  ['an object in it', { item: { id: 1, tag: { x: 'y' } } }, 'item[id]=1&item[tag][x]=y'],
  ['a list of objects', { item: [{ id: 1 }, { id: 2 }] }, 'item[0][id]=1&item[1][id]=2'],
  ['a list in an object', { f: { ids: [1, 2] } }, 'f[ids]=1&f[ids]=2'],
  ['lists of lists', { m: [[1, 2], [3]] }, 'm[0]=1&m[0]=2&m[1]=3'],
  ['a Map in a pair', [['f', new Map([['a', 1]])]], 'f[a]=1'],
  ['a date', { at: new Date(0) }, 'at=1970-01-01T00:00:00.000Z'],
  ['a URL', { next: new URL('http://x/?a') }, 'next=http://x/?a'],
  ['without a prototype', Object.assign(Object.create(null), { a: 1 }), 'a=1'],
  ['fields of a class', new (class Item { id = 1 })(), 'id=1'], // biome-ignore format: a row
]
for (const [what, fields, text] of right)
  test(`${what} as form`, () => {
    const sent = urlencoded('form', fields as Fields)
    assert.equal(sent.includes('%5B') || sent.includes('%3A') ? decodeURIComponent(sent) : sent, text)
  })

const cycle: Record<string, unknown> = {}
cycle.self = cycle
const wrong: [what: string, fields: unknown, message: RegExp][] = [
  ['a number', 5, /form is or has a number/],
  ['a Promise', Promise.resolve({}), /form is or has a Promise: write await before it/],
  ['a Promise in it', { a: Promise.resolve(1) }, /a Promise: write await before it/],
  ['bytes', Buffer.from('a'), /form is or has a Buffer/],
  ['a function in it', { a: () => 1 }, /form is or has a function/],
  ['a symbol in it', { a: Symbol('x') }, /form is or has a symbol/],
  ['a file', { a: new File([], 'x') }, /form is or has a file.*FormData/],
  ['no pairs', [['a']], /not a list of pairs/],
  ['a list of texts', ['a=1'], /not a list of pairs/],
  ['a cycle', cycle, /more than 32 levels/],
  ['a bad date', { a: new Date(Number.NaN) }, /form is or has a Date/],
]
for (const [what, fields, message] of wrong)
  test(`${what} is no form`, () =>
    assert.throws(() => urlencoded('form', fields as Fields), { name: 'TypeError', message, hint: /give an object/ }))
