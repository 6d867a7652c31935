import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { firstLatencyBucket, latencyBuckets } from '../../stats/buckets.ts'
import { ByteWriter } from '../../stats/packed-bytes.ts'
import type { HistogramData, RequestDelta } from '../../stats/snapshot.ts'
import { NameTable, packRows, unpackNames, unpackRows } from './request-rows.ts'

const count = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 ** 40 }))
const none: HistogramData = { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
const untimed = count.map((it): HistogramData => ({ ...none, count: it }))
const timed = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: firstLatencyBucket, max: firstLatencyBucket + latencyBuckets - 1 }), {
      minLength: 1,
      maxLength: 30,
    }),
    fc.array(count, { minLength: 30, maxLength: 30 }),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
  )
  .map(([ids, counts, sum]): HistogramData => {
    const buckets = ids.toSorted((a, b) => a - b).flatMap((id, i) => [id, counts[i] as number])
    return { count: counts.slice(0, ids.length).reduce((a, b) => a + b), sum, min: sum / 3, max: sum / 2, buckets }
  })
const histogram = fc.oneof(fc.constant(none), untimed, timed)
const nat = fc.oneof(fc.constant(0), fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))
const request: fc.Arbitrary<RequestDelta> = fc.record(
  {
    method: fc.constantFrom('GET', 'POST', 'ö'),
    name: fc.constantFrom('/', '/a', '/b\nc', ''),
    ok: histogram,
    failed: histogram,
    scheduled: histogram,
    aborted: nat,
    hops: nat,
    bytes: nat,
  },
  { requiredKeys: ['method', 'name', 'ok', 'failed', 'aborted', 'hops', 'bytes'], noNullPrototype: true },
)

test('rows are the same on the other side, several intervals with one table of names', () => {
  fc.assert(
    fc.property(fc.array(fc.array(request, { maxLength: 8 }), { maxLength: 4 }), (intervals) => {
      const table = new NameTable()
      const packed = intervals.map((requests) => packRows(requests, table))
      const names = unpackNames(table.names)
      assert.deepEqual(
        packed.map((rows) => unpackRows(rows, names)),
        intervals,
      )
    }),
  )
})

test('bytes that end too early, or are of no table, are refused', () => {
  fc.assert(
    fc.property(request, fc.nat(), (one, cut) => {
      const table = new NameTable()
      const rows = packRows([one], table)
      assert.throws(() => unpackRows(rows, []), TypeError)
      if (rows.length > 1) assert.throws(() => unpackRows(rows.subarray(0, 1 + (cut % (rows.length - 1))), table.names))
    }),
  )
  assert.throws(() => unpackNames(['GET']), TypeError)
  assert.throws(() => unpackRows([1], ['GET', '/']), TypeError)
})

test('buckets that do not ascend, that there are not, and numbers beyond all, are refused: sums rely on it', () => {
  const double = (value: number) => [...new Uint8Array(new Float64Array([value]).buffer).toReversed()]
  const rowOf = (steps: number[], sum = 1) => {
    const writer = new ByteWriter()
    for (const step of steps) writer.varint(step)
    const distances = writer.written()
    return new Uint8Array([0, 0, 2, steps.length, ...double(sum), ...double(1), ...double(1), ...distances, 0])
  }
  const names = ['GET', '/']
  const first = firstLatencyBucket * 2
  assert.equal(unpackRows(rowOf([first, 2]), names)[0]?.ok.count, 2)
  assert.throws(() => unpackRows(rowOf([first, 0]), names), /ascend/)
  // a window of an array from here to there would be the end of the master
  for (const step of [2, first - 2, first + latencyBuckets * 2, 2 ** 41])
    assert.throws(() => unpackRows(rowOf([step]), names), /no such bucket/)
  for (const sum of [Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => unpackRows(rowOf([first, 2], sum), names), /number/)
  assert.throws(() => unpackRows(new Uint8Array([0, 0, ...new Array(9).fill(255)]), names), RangeError)
})
