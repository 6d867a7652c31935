import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { unpack } from 'msgpackr'
import { type Encodable, encode, float } from './encode.ts'

const hexOf = (value: Encodable) => encode(value).toString('hex')

const fixed: [what: string, value: Encodable, hex: string][] = [
  ['nothing', null, 'c0'],
  ['true and false', [true, false], '92c3c2'],
  ['small ints', [0, 127, -1, -32], '94007fffe0'],
  ['ints of a byte', [128, 255, -33, -128], '94cc80ccffd0dfd080'],
  ['ints of two bytes', [256, 65_535, -129, -32_768], '94cd0100cdffffd1ff7fd18000'],
  ['ints of four bytes', [65_536, 2 ** 32 - 1, -32_769, -(2 ** 31)], '94ce00010000ceffffffffd2ffff7fffd280000000'],
  ['ints of eight bytes', [2 ** 32, -(2 ** 31) - 1], '92cf0000000100000000d3ffffffff7fffffff'],
  ['the greatest ints', [2n ** 64n - 1n, -(2n ** 63n)], '92cfffffffffffffffffd38000000000000000'],
  ['a bigint as the int that it is', 5n, '05'],
  ['whole numbers that fit no int', [2 ** 64, -(2 ** 64)], '92cb43f0000000000000cbc3f0000000000000'],
  ['no whole number', 2.5, 'cb4004000000000000'],
  ['a float that is whole', float(1), 'cb3ff0000000000000'],
  ['no numbers', [Number.NaN, Number.POSITIVE_INFINITY], '92cb7ff8000000000000cb7ff0000000000000'],
  ['a text', 'é', 'a2c3a9'],
  ['bytes', Uint8Array.of(1, 2), 'c4020102'],
  ['int keys', new Map([[100, 1]]), '816401'],
  ['text keys', { a: 1, b: undefined, c: null }, '82a16101a163c0'],
  [
    'a time',
    new Date('2026-01-02T03:04:05.678Z'),
    `82ac5f5f6461746574696d655f5fc3a661735f737472b8${Buffer.from('20260102T03:04:05.678000').toString('hex')}`,
  ],
  ['times that Python has no word for', [new Date(Number.NaN), new Date(8.64e15)], '92c0c0'],
]

for (const [what, value, hex] of fixed) test(`${what}: the bytes are Python's`, () => assert.equal(hexOf(value), hex))

test('what is no data is left out of a map, and nothing in a list', () => {
  const data = { f: () => 1, s: Symbol('s'), list: [undefined, () => 1] } as unknown as Encodable
  assert.equal(hexOf(data), hexOf({ list: [null, null] }))
})

test('what holds itself is refused', () => {
  const data: Record<string, Encodable> = {}
  data.self = data
  assert.throws(() => encode(data), new TypeError('nested deeper than 64, or in itself'))
})

test('whatever is at the end of the buffer when it grows', () => {
  const last: Encodable[] = ['é', 'x'.repeat(40), float(1), 2 ** 40, 70_000, -70_000, new Uint8Array(300), [], null]
  for (const [i, value] of last.entries())
    for (let before = 900; before < 1_100; before++) {
      const [filler, read] = unpack(encode(['x'.repeat(before), value]))
      assert.equal(filler.length, before)
      assert.deepEqual(read, unpack(encode(value)), `value ${i} after ${before} letters`)
    }
})

test('lengths in every form are read as they were written', () => {
  for (const length of [0, 15, 16, 31, 32, 255, 256, 65_535, 65_536]) {
    const list = Array.from({ length }, (_, i) => i)
    const map = new Map(list.map((i) => [i, i]))
    const values: Encodable[] = ['x'.repeat(length), new Uint8Array(length), list]
    assert.deepEqual(unpack(encode(values)), ['x'.repeat(length), Buffer.alloc(length), list])
    assert.equal(Object.keys(unpack(encode(map))).length, length)
  }
})

/** A value, and how Python writes it. */
interface Both {
  value: Encodable
  python: string
}

const text = fc.string({ unit: 'grapheme', maxLength: 80 })
const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const leaf: fc.Arbitrary<Both> = fc.oneof(
  fc.constant({ value: null, python: 'None' }),
  fc.boolean().map((value) => ({ value, python: value ? 'True' : 'False' })),
  fc.oneof(fc.maxSafeInteger(), fc.integer()).map((value) => ({ value, python: `${value}` })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((value) => ({ value, python: `${value}` })),
  number.map((value) => ({ value: float(value), python: `float('${Object.is(value, -0) ? '-0' : value}')` })),
  text.map((value) => ({ value, python: JSON.stringify(value) })),
  fc.uint8Array().map((value) => ({ value, python: `bytes.fromhex('${Buffer.from(value).toString('hex')}')` })),
)
const { tree } = fc.letrec<{ tree: Both }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { maxLength: 20 }).map((items) => ({
      value: items.map(({ value }) => value),
      python: `[${items.map(({ python }) => python).join(', ')}]`,
    })),
    fc.uniqueArray(fc.tuple(fc.oneof(text, fc.nat()), tie('tree')), { selector: ([key]) => key }).map((entries) => ({
      value: new Map(entries.map(([key, { value }]) => [key, value])),
      python: `{${entries.map(([key, { python }]) => `${JSON.stringify(key)}: ${python}`).join(', ')}}`,
    })),
  ),
}))

const run = (input: string) => spawnSync('python3', ['-c', script], { input, encoding: 'utf8' })
const script = 'import msgpack, sys\nfor line in sys.stdin: print(msgpack.packb(eval(line)).hex())'
const hasPython = run('').status === 0

test('Python writes the same bytes', { skip: !hasPython && 'skipped: no python3 with msgpack here' }, () => {
  const samples = fc.sample(tree, 500)
  const { stdout, stderr } = run(samples.map(({ python }) => `${python}\n`).join(''))
  const lines = stdout.trim().split('\n')
  assert.equal(lines.length, samples.length, stderr)
  for (const [i, { value, python }] of samples.entries()) assert.equal(hexOf(value), lines[i], python)
})
