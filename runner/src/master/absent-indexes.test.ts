import assert from 'node:assert/strict'
import { test } from 'node:test'
import { absentIndexes } from './absent-indexes.ts'

test('pods of an Indexed Job that did not come, by name', () => {
  assert.equal(absentIndexes(['shop-workers-1_ab', 'shop-workers-3_cd'], 4), 'shop-workers-0, shop-workers-2')
  assert.equal(absentIndexes(['shop-workers-0_ab'], 1), '')
})

test('of other workers nobody knows who is missing', () => {
  assert.equal(absentIndexes(['laptop_ab'], 3), '')
  assert.equal(absentIndexes(['a-0_ab', 'b-1_cd'], 3), '')
  assert.equal(absentIndexes([], 3), '')
})
