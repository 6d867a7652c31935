import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as format from './format.ts'

const table = (of: (x: number) => string, rows: [number, string][]) => {
  for (const [x, text] of rows) assert.equal(of(x), text, `${of.name}(${x})`)
}

test('counts have their thousands apart', () => {
  table(format.formatCount, [
    [0, '0'],
    [999, '999'],
    [12_345, '12,345'],
    [1_234_567, '1,234,567'],
  ])
  assert.equal(format.formatItems(1, 'request'), '1 request')
  assert.equal(format.formatItems(0, 'request'), '0 requests')
})

test('numbers have three significant digits, and whole ones all of theirs', () => {
  table(format.formatNumber, [
    [0, '0'],
    [0.012345, '0.0123'],
    [2.1349, '2.13'],
    [23.06, '23.1'],
    [99.96, '100'],
    [123.4, '123'],
    [12_345.6, '12,346'],
    [-1_234.5, '-1,234'],
    [2e15, '2.00e+15'],
  ])
})

test('latencies change their unit as they grow', () => {
  table(format.formatMs, [
    [0.0234, '0.0234 ms'],
    [2.1, '2.1 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1_234, '1.23 s'],
    [59_949, '59.9 s'],
    [192_000, '3m 12s'],
  ])
})

test('lengths of time, two units at most', () => {
  table(format.formatSpan, [
    [0, '0 ms'],
    [512.3, '512 ms'],
    [30_000, '30 s'],
    [30_249, '30.2 s'],
    [59_960, '1m'],
    [303_000, '5m 3s'],
    [5_400_000, '1h 30m'],
    [3_605_000, '1h'],
    [612_000_000, '7d 2h'],
  ])
  table(format.formatClock, [
    [5_999, '00:05'],
    [3_723_000, '1:02:03'],
    [604_800_000, '7d 00:00:00'],
    [-5, '00:00'],
  ])
})

test('a few failures are never none, and not all never all', () => {
  table(format.formatPercent, [
    [0, '0.0 %'],
    [0.001, '0.1 %'],
    [0.00004, '0.004 %'],
    [0.1234, '12.3 %'],
    [0.99999, '99.9 %'],
    [1, '100 %'],
  ])
})

test('bytes', () => {
  table(format.formatBytes, [
    [0, '0 B'],
    [999, '999 B'],
    [1_234, '1.23 kB'],
    [999_600, '1 MB'],
    [45_600_000_000_000_000, '45,600 TB'],
  ])
})

test('nothing is ever NaN, Infinity or undefined', () => {
  const all = Object.entries(format).filter(([name]) => /^format(?!Items|Figure)/.test(name)) as [
    string,
    (x: number) => string,
  ][]
  assert.equal(all.length, 7)
  for (const atLeast of [false, true]) all.push(['formatFigure', (ms) => format.formatFigure({ ms, atLeast })])
  const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, Number.MAX_VALUE))
  fc.assert(
    fc.property(anyNumber, (x) => {
      for (const [name, of] of all) assert.doesNotMatch(of(x), /NaN|Infinity|undefined|^$/, `${name}(${x})`)
    }),
  )
  assert.equal(format.formatFigure({ ms: 12_345.6, atLeast: true }), '≥ 12,346')
  assert.equal(format.formatFigure({ ms: 15_200, atLeast: false }, format.formatMs), '15.2 s')
  assert.equal(format.formatPercent(format.ratio(0, 0)), format.dash)
})
