import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketOf } from '../../stats/buckets.ts'
import { checkedHistogram } from './unpacked.ts'

const of = (count: number, buckets: number[]) => ({ count, sum: 1, min: 1, max: 1, buckets })

test('what any recorder makes passes, also of numbers below nothing', () => {
  const [least, most] = [bucketOf(-Number.MAX_VALUE), bucketOf(Number.MAX_VALUE)]
  for (const data of [of(0, []), of(3, []), of(3, [least, 1, -5, 1, most, 1])])
    assert.equal(checkedHistogram(data), data)
})

const bad: [title: string, count: number, buckets: number[]][] = [
  ['a bucket without a count', 1, [5]],
  ['a count of nothing', 1, [5, 0]],
  ['half a request', 1, [5, 0.5]],
  ['buckets that do not ascend', 2, [5, 1, 5, 1]],
  ['half a bucket', 1, [5.5, 1]],
  ['a bucket of no number', 1, [2 ** 27, 1]],
  ['one beyond the other end', 1, [-(2 ** 41), 1]],
  ['more in the buckets than in all', 1, [5, 2]],
]
for (const [title, count, buckets] of bad)
  test(`refused: ${title}`, () => assert.throws(() => checkedHistogram(of(count, buckets)), TypeError))
