import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptNames } from './kept-names.ts'

test('names of thresholds: with their method and without, in quotes, and of metrics', () => {
  const texts = [
    ...['p95 < 1s', 'GET /cart: p95 < 1s', '/order/:id: fail_ratio < 1%', '"POST /pay": p95 <= 1s'],
    ...['lost < 5', '"sold out" >= 1', 'kept == 2'],
  ]
  const names = keptNames({ thresholds: texts.map((that) => ({ that, abort: false })) })
  for (const name of ['GET /cart', '/cart', '/order/:id', 'POST /pay', '/pay', 'lost', 'sold out', 'kept'])
    assert.ok(names.has(name), `${name}: ${[...names]}`)
  assert.equal(keptNames({ thresholds: [] }).size, 0)
})
