import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Permutation } from './permutation.ts'
import { RowIndex } from './row-index.ts'

test('a permutation has every number once, in another order each time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (size) => {
      const order = new Permutation(size)
      const numbers = Array.from({ length: size }, (_, index) => order.at(index))
      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        [...numbers.keys()],
      )
    }),
    { numRuns: 50 },
  )
  const first = new Permutation(1000, () => 0.1)
  const second = new Permutation(1000, () => 0.9)
  const same = Array.from({ length: 1000 }, (_, index) => first.at(index) === second.at(index)).filter(Boolean).length
  assert.ok(same < 20, `${same} of 1000 in the same place`)
})

test('each place is as likely for each row', () => {
  const counts = new Array<number>(10).fill(0)
  for (let run = 0; run < 10_000; run++) counts[new Permutation(10).at(0)]!++
  // 1,000 each, give or take 30: eight of those are not chance
  assert.ok(Math.min(...counts) > 760 && Math.max(...counts) < 1_240, String(counts))
})

test('the block of a row holds it, however full the index is', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 400 }), (lengths) => {
      const index = new RowIndex(16)
      const starts: number[] = []
      let offset = 10
      for (const length of lengths) {
        starts.push(offset)
        index.add(offset)
        offset += length
      }
      index.end(offset)
      assert.equal(index.rows, lengths.length)
      starts.forEach((start, row) => {
        const { from, to, skip } = index.blockOf(row)
        assert.equal(starts[row - skip], from)
        assert.ok(from <= start && start < to && to <= offset)
      })
    }),
  )
})
