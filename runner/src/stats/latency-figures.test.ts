import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Aggregate } from './aggregate.ts'
import { Histogram } from './histogram.ts'
import { LatencyFigures } from './latency-figures.ts'
import { Recorder } from './recorder.ts'

const dataOf = (values: readonly number[]) => {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram.toData()
}
const figuresOf = (answered: readonly number[], unanswered: readonly number[]) =>
  new LatencyFigures(dataOf(answered), dataOf(unanswered))

test('requests that were not answered raise what they can, marked; the rest is what the answers say', () => {
  const figures = figuresOf(Array(95).fill(10), Array(5).fill(15_000))
  assert.deepEqual(figures.percentiles([0.5, 0.95]), [
    { ms: 10, atLeast: false },
    { ms: 10, atLeast: false },
  ])
  const p99 = figures.percentile(0.99)
  assert.ok(p99.atLeast && p99.ms > 14_850 && p99.ms <= 15_000)
  assert.deepEqual(figures.max, { ms: 15_000, atLeast: true })
  assert.deepEqual(figures.min, { ms: 10, atLeast: false })
  assert.deepEqual(figures.mean, { ms: 759.5, atLeast: true })
})

test('many young ones do not make a slow target fast', () => {
  const figures = figuresOf(Array(20).fill(10_000), Array(2_000).fill(1))
  assert.deepEqual(figures.percentile(0.5), { ms: 10_000, atLeast: false })
  assert.deepEqual(figures.mean, { ms: 10_000, atLeast: false })
  assert.deepEqual(figures.min, { ms: 10_000, atLeast: false })
})

test('with no answer at all every figure is a lower bound; with nothing at all there is none', () => {
  const waiting = figuresOf([], [5_000, 8_000])
  assert.deepEqual(
    [waiting.min, waiting.max].map(({ ms, atLeast }) => [ms, atLeast]),
    [
      [5_000, true],
      [8_000, true],
    ],
  )
  assert.equal(waiting.percentile(0.5).atLeast, true)
  assert.deepEqual([waiting.count, figuresOf([], []).count], [2, 0])
  assert.deepEqual(figuresOf([], []).max, { ms: 0, atLeast: false })
})

test('no figure is more than what it will be when all are answered, and none less than that of the answers', () => {
  const ms = fc.integer({ min: 1, max: 60_000 })
  fc.assert(
    fc.property(
      fc.array(ms),
      fc.array(fc.tuple(ms, ms)),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (done, open, q) => {
        const now = figuresOf(
          done,
          open.map(([age]) => age),
        )
        const later = figuresOf([...done, ...open.map(([age, more]) => age + more)], [])
        const answered = figuresOf(done, [])
        if (done.length === 0 || open.length === 0) return
        assert.ok(now.percentile(q).ms <= Math.max(later.percentile(q).ms, answered.percentile(q).ms))
        assert.ok(now.percentile(q).ms >= answered.percentile(q).ms)
        assert.ok(now.max.ms <= later.max.ms)
      },
    ),
  )
})

test('what waits replaces what waited before, of each group and of all; an answer that comes late counts once', () => {
  const total = new Aggregate()
  const recorder = new Recorder()
  recorder.request('GET', '/a').success(5, Number.NaN, 0)
  total.merge(recorder.take())
  recorder.request('GET', '/a').waits(4_000)
  recorder.request('GET', '/b').waits(2_000)
  total.wait(recorder.takeWaiting())
  assert.deepEqual([total.total.latency().count, total.total.latency().max], [3, { ms: 4_000, atLeast: true }])
  assert.equal(total.request('GET', '/b')?.latency().max.ms, 2_000)
  recorder.request('GET', '/a').waits(5_000)
  total.wait(recorder.takeWaiting())
  assert.equal(total.request('GET', '/b')?.latency().count, 0)
  recorder.request('GET', '/a').success(5_600, Number.NaN, 0)
  total.merge(recorder.take())
  total.wait(recorder.takeWaiting())
  assert.deepEqual([total.total.latency().count, total.total.latency().max], [2, { ms: 5_600, atLeast: false }])
  total.wait([{ method: 'GET', name: '/a', ages: dataOf([1]) }])
  total.reset()
  assert.equal(total.total.latency().count, 0)
})
