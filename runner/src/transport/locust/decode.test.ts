import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadFrame, decodeFrame } from './decode.ts'
import { type Encodable, encode, float } from './encode.ts'

const decoded = (...frame: Encodable[]) => decodeFrame(encode(frame))
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')

test('a frame is its type, its data and an id', () => {
  assert.deepEqual(decoded('stop', null, 'vm_1'), { type: 'stop', data: null, nodeId: 'vm_1' })
})

test("Locust's `reconnect`, which we hear and never say, and of which the capture has none", () => {
  const frame = decodeFrame(bytes('93 a9 7265636f6e6e656374 c0 a4 766d5f31'))
  assert.deepEqual(frame, { type: 'reconnect', data: null, nodeId: 'vm_1' })
})

test('an id that is missing or no text is empty, and what comes after it does not count', () => {
  for (const frame of [decoded('stop', null), decoded('stop', null, null), decoded('stop', null, 7, 'more')])
    assert.deepEqual(frame, { type: 'stop', data: null, nodeId: '' })
})

test('int keys become names of properties, floats numbers, and bytes stay bytes', () => {
  const data = new Map<number | string, Encodable>([
    [100, 1],
    ['float', float(1)],
    ['bytes', Uint8Array.of(1, 2)],
    ['big', 2n ** 60n],
  ])
  const read = decoded('x', data).data as Record<string, unknown>
  assert.deepEqual({ ...read, bytes: undefined }, { 100: 1, float: 1, big: 2 ** 60, bytes: undefined })
  assert.ok(read.bytes instanceof Uint8Array)
  assert.deepEqual([...read.bytes], [1, 2])
})

test('float32 and keys that are neither int nor text are read', () => {
  assert.deepEqual(decodeFrame(bytes('92 a178 83 c0 01 c3 02 cb3ff8000000000000 ca3f000000')).data, {
    null: 1,
    true: 2,
    1.5: 0.5,
  })
})

test('a time is a date wherever it is, and what only looks like one stays what it is', () => {
  const time = { __datetime__: true, as_str: '20260102T03:04:05.678900' }
  const date = new Date('2026-01-02T03:04:05.678Z')
  assert.deepEqual(decoded('x', time).data, date)
  assert.deepEqual(decoded('x', { list: [[{ at: time }]] }).data, { list: [[{ at: date }]] })
  for (const none of [{ __datetime__: true, as_str: 'yesterday' }, { __datetime__: true }, { as_str: time.as_str }])
    assert.deepEqual(decoded('x', none).data, none)
})

test('what is no UTF-8 does not make a frame bad', () => {
  const { data } = decodeFrame(bytes('92 a178 a3 61ff62'))
  assert.equal(data, 'a\ufffdb')
})

test('no key reaches a prototype', () => {
  for (const key of ['a9', 'd909', 'da0009'])
    for (const name of ['__proto__', 'prototype', 'toString']) {
      const sized = key === 'a9' ? (0xa0 | name.length).toString(16) : key.replace('09', `0${name.length}`)
      const hex = `92a17881${sized}${Buffer.from(name).toString('hex')}81a8706f6c6c7574656401`
      const data = decodeFrame(bytes(hex)).data as object
      assert.equal(Object.getPrototypeOf(data), Object.prototype)
      assert.equal('polluted' in data, false)
      assert.equal('polluted' in {}, false)
    }
})

test('the deepest frame that is read is the deepest that is sent', () => {
  let data: Encodable = null
  for (let depth = 1; depth < 64; depth++) data = depth % 2 ? [data] : { a: data }
  assert.doesNotThrow(() => decoded('x', data))
  assert.throws(() => encode(['x', [data]]), TypeError)
})

const long = (head: string, length: number) => Buffer.concat([bytes(head), Buffer.alloc(length, 0xc0)])
const bad: [what: string, bytes: Uint8Array, message: RegExp][] = [
  ['nothing', bytes(''), /cut off/],
  ['a frame cut off in a text', bytes('93 a473746f70 c0 a176'.slice(0, -1)), /cut off/],
  ['a frame cut off in a length', bytes('92 a178 da00'), /cut off/],
  ['a frame cut off in a number', bytes('92 a178 cb0000'), /cut off/],
  ['a list shorter than it says', bytes('92 a178 dd ffffffff 01'), /cut off/],
  ['a map shorter than it says', bytes('92 a178 df ffffffff 01'), /cut off/],
  ['bytes fewer than they say', bytes('92 a178 c6 ffffffff 01'), /cut off/],
  ['a frame with more after it', bytes('92 a178 c0 c0'), /more bytes/],
  ['a mark without meaning', bytes('92 a178 c1'), /not a kind of value/],
  ["msgpackr's undefined", bytes('92 a178 d40000'), /not a kind of value/],
  ["msgpackr's records", bytes('92 a178 d47240 91 a161 01'), /not a kind of value/],
  ['a frame that would hold itself', bytes('92 a178 d66900000001 91 d67000000001'), /not a kind of value/],
  ['no list', bytes('81 a178 c0'), /not a list/],
  ['a list of one', bytes('91 a178'), /not a list/],
  ['a type that is no text', bytes('92 01 c0'), /not a text/],
  ['a type that is too long', encode(['x'.repeat(201), null]), /too long/],
  ['lists nested too deep', bytes(`92 a178 ${'91'.repeat(64)} c0`), /deeper than 64/],
  ['lists nested without end', bytes(`92 a178 ${'91'.repeat(1_000_000)}`), /deeper than 64/],
  ['maps nested too deep', bytes(`92 a178 ${'81a161'.repeat(64)} c0`), /deeper than 64/],
  ['more values than memory is for', long('92 a178 dd 00200000', 0x200000), /more than 2000000 values/],
  ['more bytes than there may be', Buffer.alloc(64 * 1024 * 1024 + 1), /too many/],
]

for (const [what, frame, message] of bad)
  test(`${what} is a bad frame`, () =>
    assert.throws(
      () => decodeFrame(frame),
      (error) => error instanceof BadFrame && message.test(error.message),
    ))
