import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sharedOut } from './times-split.ts'

const counts = fc.array(fc.oneof(fc.nat(50), fc.nat(2 ** 22)), { minLength: 1, maxLength: 16 })
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

test('shares add up to the total, and none is more than it had of a part', () => {
  fc.assert(
    fc.property(counts, fc.nat(2 ** 26), (counts, most) => {
      fc.pre(sum(counts) > 0)
      assert.equal(sum(sharedOut(counts, most)), most)
      const part = sharedOut(counts, most % (sum(counts) + 1))
      for (const [i, share] of part.entries()) assert.ok(share >= 0 && share <= (counts[i] as number))
    }),
  )
})

test('a few are taken from all over, not from one end', () => {
  assert.deepEqual(sharedOut([2, 2, 2, 2, 2, 2, 2, 2], 1), [0, 0, 0, 1, 0, 0, 0, 0])
  assert.deepEqual(sharedOut([2, 2, 2, 2, 2, 2, 2, 2], 4), [1, 0, 1, 0, 1, 0, 1, 0])
  assert.deepEqual(sharedOut([6, 2, 2], 5), [3, 1, 1])
  assert.deepEqual(sharedOut([1, 0, 3], 8), [2, 0, 6])
})
