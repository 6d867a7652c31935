import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram } from './histogram.ts'
import { percentilesOf } from './percentiles.ts'

test('percentiles in one pass are those of the histogram', () => {
  const quantiles = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1]
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true })), (values) => {
      const histogram = new Histogram()
      for (const value of values) histogram.record(value)
      assert.deepEqual(
        percentilesOf(histogram.toData(), quantiles),
        quantiles.map((quantile) => histogram.percentile(quantile)),
      )
    }),
  )
})
