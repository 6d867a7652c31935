import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyHistogram, Histogram } from '../../stats/histogram.ts'
import { ClassicHistogram, latencyBounds, trendBounds } from './classic-histogram.ts'

const of = (bounds: readonly number[], ...values: number[]) => {
  const own = new Histogram(bounds === latencyBounds ? 'latency' : 'any')
  for (const value of values) own.record(value)
  const classic = new ClassicHistogram(bounds)
  classic.add(own.toData())
  return classic
}
/** How many are within a bound, as Prometheus counts. */
const within = ({ bounds, counts }: ClassicHistogram, bound: number) =>
  counts.slice(0, bounds.indexOf(bound) + 1).reduce((sum, count) => sum + count, 0)

test('a value at a bound is within it, one below is, and one that is more than 0.79 % above is not', () => {
  for (const bounds of [latencyBounds, trendBounds])
    for (const bound of bounds) {
      assert.equal(within(of(bounds, bound), bound), 1, `${bound}`)
      assert.equal(within(of(bounds, bound * (1 - 1e-12)), bound), 1, `below ${bound}`)
      assert.equal(within(of(bounds, bound * 1.0079), bound), 0, `above ${bound}`)
    }
})

test('bounds ascend and are as they are written: 0.0025, not 0.0025000000000000001', () => {
  for (const bounds of [latencyBounds, trendBounds])
    for (const [i, bound] of bounds.entries()) {
      assert.ok(i === 0 || bound > (bounds[i - 1] as number))
      assert.match(`${bound / 1_000}`, /^\d+(\.\d{1,7})?$/, 'of a few digits, also in seconds')
    }
})

test('at each bound the count is that of the values which reports show as at most the bound', () => {
  // spread over all octaves, the same in each run
  const values = Array.from({ length: 20_000 }, (_, i) => 2 ** (-8 + ((i * 7_919) % 20_000) / 800))
  const classic = of(latencyBounds, ...values)
  const own = new Histogram()
  for (const value of values) own.record(value)
  for (const bound of latencyBounds) {
    const truly = values.filter((value) => value <= bound).length
    const generously = values.filter((value) => value <= bound * (1 + 1 / 128)).length
    const said = within(classic, bound)
    assert.ok(said >= truly && said <= generously, `${bound} ms: ${truly} <= ${said} <= ${generously}`)
    // the report's percentile at that rank is within the bound, and that of the next rank is not
    if (said > 0) assert.ok(own.percentile(said / values.length) <= bound)
    if (said < values.length - 1) assert.ok(own.percentile((said + 1) / values.length) > bound)
  }
  assert.equal(classic.count, values.length)
  assert.equal(classic.counts.at(-1), values.length - within(classic, 60_000))
})

test('nothing, what has no time, and what is out of range', () => {
  const classic = new ClassicHistogram(latencyBounds)
  classic.add(emptyHistogram())
  classic.add({ ...emptyHistogram(), count: 3 })
  assert.deepEqual([classic.count, classic.sum], [0, 0])
  assert.equal(within(of(latencyBounds, 0), 0.5), 1)
  assert.equal(of(latencyBounds, 1e9).counts.at(-1), 1)
  const trend = of(trendBounds, -1e9, -1, 0, 1e12)
  assert.equal(within(trend, 0.001), 3, 'what is less than nothing is less than any bound')
  assert.equal(trend.counts.at(-1), 1)
})

test('two of the same bounds are one', () => {
  const both = of(latencyBounds, 1, 20).merge(of(latencyBounds, 20, 90_000))
  assert.deepEqual([both.count, both.sum, within(both, 25), both.counts.at(-1)], [4, 90_041, 3, 1])
})
