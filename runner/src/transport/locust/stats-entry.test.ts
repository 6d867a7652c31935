import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roundResponseTime } from './stats-entry.ts'

const observed: [ms: number, rounded: number][] = [
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [99.6, 100],
  [105, 100],
  [115, 120],
  [125, 120],
  [147, 150],
  [995, 1_000],
  [1_050, 1_000],
  [1_150, 1_200],
  [3_432, 3_400],
  [9_950, 10_000],
  [10_500, 10_000],
  [58_760, 59_000],
]

test('rounds as Locust was seen to', () => {
  for (const [ms, rounded] of observed) assert.equal(roundResponseTime(ms), rounded, `${ms} ms`)
})

test('what is a hair from a half is none', () => {
  assert.equal(roundResponseTime(114.99999999999999), 110)
  assert.equal(roundResponseTime(115.00000000000001), 120)
  assert.equal(roundResponseTime(0), 0)
})
