import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteBudget } from './peer-link.ts'

const megabyte = 1024 * 1024

test('what a worker kept back comes at once; after that so much a second, and no more', () => {
  const budget = new ByteBudget(0)
  for (let i = 0; i < 64; i++) assert.equal(budget.take(megabyte, 10), true, `${i}`)
  assert.equal(budget.take(megabyte, 10), false)
  assert.equal(budget.take(16 * megabyte, 1_010), true)
  assert.equal(budget.take(megabyte, 1_010), false)
  assert.equal(budget.take(64 * megabyte, 100_000), true)
  assert.equal(budget.take(1, 100_000), false, 'what was not used is not saved for ever')
})
