import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptNames } from './kept-names.ts'

test('names of thresholds, with their method and without', () => {
  const thresholds = ['p95 < 1s', 'GET /cart: p95 < 1s', '/order/:id: fail_ratio < 1%'].map((that) => ({
    that,
    abort: false,
  }))
  const names = keptNames({ thresholds })
  for (const name of ['GET /cart', '/cart', '/order/:id']) assert.ok(names.has(name), name)
  assert.equal(keptNames({ thresholds: [] }).size, 0)
})
