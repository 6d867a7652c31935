import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ReportGaps } from './report-gaps.ts'

const missing = (gaps: ReportGaps) => [gaps.missingSeconds, gaps.missingUserSeconds]

test('without a gap nothing is missing', () => {
  const gaps = new ReportGaps()
  gaps.close(5_000)
  gaps.filled(0, 1_000)
  assert.deepEqual([gaps.any, ...missing(gaps)], [false, 0, 0])
})

test('a gap counts once it is over, with the users that were counted on', () => {
  const gaps = new ReportGaps()
  gaps.open(2_000, 6)
  assert.deepEqual([gaps.any, ...missing(gaps)], [true, 0, 0])
  gaps.close(5_500)
  assert.deepEqual([gaps.any, ...missing(gaps)], [true, 3.5, 21])
})

test('what a worker brings after it came back is not missing', () => {
  const gaps = new ReportGaps()
  gaps.open(2_000, 6)
  gaps.close(5_500)
  gaps.filled(1_000, 1_000) // before it
  gaps.filled(5_500, 1_000) // after it
  assert.deepEqual(missing(gaps), [3.5, 21])
  gaps.filled(1_500, 1_000)
  assert.deepEqual(missing(gaps), [3, 18])
  for (const second of [3, 4, 5]) gaps.filled(second * 1_000 - 500, 1_000)
  assert.deepEqual(missing(gaps), [0, 0])
})

test('several gaps add up, each with its own users and its own reports', () => {
  const gaps = new ReportGaps()
  gaps.open(1_000, 10)
  gaps.close(3_000)
  gaps.open(5_000, 1)
  gaps.close(9_000)
  assert.deepEqual(missing(gaps), [6, 24])
  gaps.filled(0, 6_000)
  assert.deepEqual(missing(gaps), [3, 3])
})

test('a gap that is open is not opened again, and one that is closed stays so', () => {
  const gaps = new ReportGaps()
  gaps.open(1_000, 10)
  gaps.open(2_000, 99)
  gaps.close(3_000)
  gaps.close(8_000)
  assert.deepEqual(missing(gaps), [2, 20])
})

test('less than the way of a message is no gap, nor is one that ends before it began', () => {
  const gaps = new ReportGaps()
  gaps.open(1_000, 1_000)
  gaps.close(1_050)
  gaps.open(5_000, 1_000)
  gaps.close(4_000)
  assert.deepEqual([gaps.any, ...missing(gaps)], [true, 0, 0])
  gaps.open(7_000, 1_000)
  gaps.close(7_051)
  assert.deepEqual(missing(gaps), [0.051, 51])
})

test('whatever seconds are brought, the others are missing', () => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.nat(20),
      fc.uniqueArray(fc.nat(40), { maxLength: 40 }),
      fc.nat(9),
      (from, length, seconds, users) => {
        const gaps = new ReportGaps()
        gaps.open(from * 1_000, users)
        gaps.close((from + length) * 1_000)
        for (const second of seconds) gaps.filled(second * 1_000, 1_000)
        const brought = seconds.filter((second) => second >= from && second < from + length).length
        assert.deepEqual(missing(gaps), [length - brought, (length - brought) * users])
      },
    ),
  )
})
