import assert from 'node:assert/strict'
import { test } from 'node:test'
import { absentIndexes } from './absent-indexes.ts'

test('pods of an Indexed Job that did not come, by name', () => {
  assert.equal(absentIndexes(['shop-workers-1_ab', 'shop-workers-3_cd'], 4), 'shop-workers-0, shop-workers-2')
  assert.equal(absentIndexes(['shop-workers-0_ab'], 1), '')
  assert.equal(
    absentIndexes(['shop-workers-3_ab', 'shop-workers-5_cd'], 100),
    'shop-workers-0 to shop-workers-2, shop-workers-4, shop-workers-6 to shop-workers-99',
  )
})

test('of pods with several workers also those that are not complete', () => {
  const came = ['shop-workers-1_ab', 'shop-workers-3_cd', 'shop-workers-3_ef']
  assert.equal(absentIndexes(came, 8, 2), 'shop-workers-0, shop-workers-1 (1 of 2 came), shop-workers-2')
  assert.equal(absentIndexes(came.slice(1), 7, 2), 'shop-workers-0 to shop-workers-2')
  assert.equal(absentIndexes([], 7, 2), '0-3')
})

test('of other workers nobody knows who is missing', () => {
  assert.equal(absentIndexes(['laptop_ab'], 3), '')
  assert.equal(absentIndexes(['a-0_ab', 'b-1_cd'], 3), '')
})

test('where none came, all are missing, by their indexes', () => {
  assert.equal(absentIndexes([], 1), '0')
  assert.equal(absentIndexes([], 3), '0-2')
})
