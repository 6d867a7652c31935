import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Aggregate } from './aggregate.ts'
import { mergeDeltas, mergeHistograms } from './merge.ts'
import { Recorder } from './recorder.ts'
import type { HistogramData, StatsDelta } from './snapshot.ts'

// quarters are exact in binary: sums of them do not depend on their order
const quarterMs = fc.integer({ min: 0, max: 40_000 }).map((n) => n / 4)
const sample = fc.record({
  name: fc.constantFrom('/a', '/b', '/c'),
  ms: quarterMs,
  kind: fc.constantFrom('ok', 'failed', 'scheduled', 'aborted', 'hop'),
})
const delta = fc.array(sample, { maxLength: 30 }).map((samples): StatsDelta => {
  const recorder = new Recorder()
  for (const { name, ms, kind } of samples) {
    const request = recorder.request('GET', name)
    if (kind === 'ok') request.success(ms, Number.NaN, 3)
    else if (kind === 'scheduled') request.success(ms, ms + 8, 3)
    else if (kind === 'failed') request.failure(ms, Number.NaN, 1, `HTTP ${500 + (ms % 3)}`)
    else if (kind === 'aborted') request.abort(ms, ms % 2 === 0)
    else request.hop()
  }
  return recorder.take()
})

const sorted = (data: StatsDelta) => [...data.requests].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
const histograms = (data: StatsDelta): HistogramData[] => data.requests.map(({ ok }) => ok)

test('merging deltas is associative and commutative', () => {
  fc.assert(
    fc.property(delta, delta, delta, (a, b, c) => {
      const left = mergeDeltas([mergeDeltas([a, b]), c])
      const right = mergeDeltas([a, mergeDeltas([b, c])])
      assert.deepEqual(sorted(left), sorted(right))
      assert.deepEqual(sorted(mergeDeltas([a, b])), sorted(mergeDeltas([b, a])))
      assert.deepEqual(sorted(left), sorted(mergeDeltas([c, a, b])))
    }),
  )
})

test('a merged histogram is that of all values, and neither part is changed', () => {
  fc.assert(
    fc.property(fc.array(quarterMs), fc.array(quarterMs), (left, right) => {
      const dataOf = (values: number[]) => {
        const recorder = new Recorder()
        for (const ms of values) recorder.request('', '').success(ms, Number.NaN, 0)
        return histograms(recorder.take())[0] ?? { count: 0, sum: 0, min: 0, max: 0, buckets: [] }
      }
      const [a, b] = [dataOf(left), dataOf(right)]
      const before = structuredClone([a, b])
      assert.deepEqual(mergeHistograms(a, b), dataOf([...left, ...right]))
      assert.deepEqual([a, b], before)
    }),
  )
})

test('merging first and summing then is the same as summing alone', () => {
  fc.assert(
    fc.property(fc.array(delta, { maxLength: 5 }), (deltas) => {
      const once = new Aggregate()
      once.merge(mergeDeltas(deltas))
      const each = new Aggregate()
      for (const one of deltas) each.merge(one)
      assert.equal(once.total.requests, each.total.requests)
      assert.deepEqual(once.total.all().toData(), each.total.all().toData())
      assert.deepEqual(once.total.unanswered(), each.total.unanswered())
      assert.deepEqual(once.errors(), each.errors())
      for (const stats of each.requests()) {
        const same = once.request(stats.method, stats.name)
        assert.deepEqual(same?.ok.toData(), stats.ok.toData())
        assert.deepEqual(same?.scheduled?.toData(), stats.scheduled?.toData())
        assert.deepEqual([same?.aborted, same?.hops, same?.bytes], [stats.aborted, stats.hops, stats.bytes])
      }
    }),
  )
})

test('one delta is handed on as it is', () => {
  const recorder = new Recorder()
  recorder.request('GET', '/').success(1, Number.NaN, 1)
  const only = recorder.take()
  assert.equal(mergeDeltas([only]), only)
})
