import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketOf, lowerBound } from './buckets.ts'
import { Histogram } from './histogram.ts'
import { IntervalHistogram } from './interval-histogram.ts'
import { mergeHistograms } from './merge.ts'

const latency = fc.double({ min: 0.001, max: 3_600_000, noNaN: true })

test('a bucket’s lower bound is at most 0.79 % below what is in it, for either sign', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), fc.boolean(), (value, negative) => {
      const signed = negative ? -value : value
      const bound = lowerBound(bucketOf(signed))
      assert.ok(Math.abs(bound) <= value && value - Math.abs(bound) <= value * 0.0079, `${signed} → ${bound}`)
      assert.equal(Math.sign(bound), Math.sign(signed))
    }),
  )
  assert.equal(bucketOf(0), 0)
})

test('whole numbers up to 256 are exact', () => {
  for (let i = 0; i <= 256; i++) assert.equal(lowerBound(bucketOf(i)), i)
})

test('buckets ascend with the numbers in them', () => {
  fc.assert(
    fc.property(latency, latency, (a, b) => a <= b === bucketOf(a) <= bucketOf(b) || bucketOf(a) === bucketOf(b)),
  )
})

test('every percentile is within 1 % of the exact nearest-rank one, 1 µs to 1 h', () => {
  fc.assert(
    fc.property(fc.array(latency, { minLength: 1, maxLength: 400 }), (values) => {
      const histogram = new Histogram()
      for (const value of values) histogram.record(value)
      const sorted = [...values].sort((a, b) => a - b)
      for (const quantile of [0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
        const exact = sorted[Math.max(0, Math.ceil(quantile * sorted.length - 1e-9) - 1)] as number
        const got = histogram.percentile(quantile)
        assert.ok(Math.abs(got - exact) <= exact * 0.01, `p${quantile * 100}: ${got} for ${exact}`)
      }
      assert.equal(histogram.percentile(1), sorted.at(-1))
      assert.ok(histogram.percentile(0.99) <= histogram.max)
    }),
  )
})

test('merging is associative and commutative, and equals recording everything in one', () => {
  const values = fc.array(latency, { maxLength: 60 })
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const data = (list: number[]) => {
        const histogram = new IntervalHistogram()
        for (const value of list) histogram.record(value)
        return histogram.take()
      }
      const round = (h: ReturnType<typeof data>) => ({ ...h, sum: Math.round(h.sum * 1e3) / 1e3 })
      const [x, y, z] = [data(a), data(b), data(c)]
      const left = round(mergeHistograms(mergeHistograms(x, y), z))
      assert.deepEqual(left, round(mergeHistograms(x, mergeHistograms(z, y))))
      assert.deepEqual(left, round(data([...a, ...b, ...c])))
      assert.deepEqual(left, round(new Histogram().merge(z).merge(x).merge(y).toData()))
    }),
  )
})

test('an interval histogram is empty after take, and an empty one reports zeros', () => {
  const histogram = new IntervalHistogram()
  histogram.record(5)
  assert.equal(histogram.take().count, 1)
  assert.deepEqual(histogram.take(), { count: 0, sum: 0, min: 0, max: 0, buckets: [] })
  assert.equal(new Histogram().percentile(0.5), 0)
})

test('a trend holds negative numbers, zero and numbers beyond latencies', () => {
  const trend = new Histogram('any')
  for (const value of [-5, 0, 1e12]) trend.record(value)
  assert.equal(trend.percentile(0.01), -5)
  assert.equal(trend.percentile(0.5), 0)
  assert.equal(trend.percentile(1), 1e12)
})
