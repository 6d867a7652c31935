import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatItems } from '../stats/format.ts'
import { intervalOf, judge, TestRun } from './run.fixture.ts'
import { SlidingThreshold } from './sliding-threshold.ts'
import { parseThreshold } from './threshold-grammar.ts'

const criterion = (text: string, windowMs: number, options = {}) =>
  new SlidingThreshold(parseThreshold(text), windowMs, { warmupMs: 0, ...options })

test('every window of the run, as brute force finds them', () => {
  const seconds = fc.array(fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 5 }), {
    minLength: 1,
    maxLength: 30,
  })
  fc.assert(
    fc.property(seconds, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 500 }), (seconds, width, limit) => {
      const maxima: number[] = []
      for (let end = width; end <= seconds.length; end++) {
        const all = seconds.slice(end - width, end).flat()
        if (all.length > 0) maxima.push(Math.max(...all))
      }
      const [finding] = judge(
        criterion(`max < ${limit}ms`, width * 1_000),
        seconds.map((ok) => ({ ok })),
      )
      const broken = maxima.filter((max) => max >= limit).length
      if (maxima.length === 0) {
        assert.equal(finding?.outcome, 'failed')
        return assert.match(finding?.text ?? '', /never measured for a whole window$/)
      }
      assert.equal(finding?.outcome, broken === 0 ? 'passed' : 'failed')
      assert.equal(finding?.value, Math.max(...maxima))
      const count =
        broken === 0 ? formatItems(maxima.length, 'window') : `${broken} of ${maxima.length} windows broke it`
      assert.ok(finding?.text.endsWith(`, ${count}`), finding?.text)
    }),
  )
})

test('a short spike breaks a window that the whole run would hide', () => {
  const seconds = Array.from({ length: 60 }, (_, i) => ({ ok: Array(10).fill(i === 30 || i === 31 ? 800 : 20) }))
  const [finding] = judge(criterion('p95 < 500ms', 5_000), seconds)
  assert.match(
    finding?.text ?? '',
    /^p95 < 500ms over every 5 s: worst (79\d|80\d) ms at 31 s, 6 of 56 windows broke it$/,
  )
})

test('what is to be high is worst where it is low', () => {
  const [finding] = judge(criterion('rps > 3/s', 1_000), [
    { ok: Array(9).fill(1) },
    { ok: [1, 1] },
    { ok: [1, 1, 1, 1] },
  ])
  assert.deepEqual([finding?.outcome, finding?.value, finding?.atMs], ['failed', 2, 2_000])
})

test('rates go by how long the seconds really were, and names by their own requests', () => {
  const seconds = [
    { ok: [1, 1, 1], durationMs: 1_500 },
    { name: '/b', ok: [1, 1, 1, 1], durationMs: 1_500 },
  ]
  const [finding] = judge(criterion('/b: rps >= 1/s', 3_000), seconds)
  assert.equal(finding?.value, 4 / 3)
})

test('abort ends the run at the first window that breaks it, not before its time', () => {
  const aborting = criterion('max < 10ms', 2_000, { abort: true, afterMs: 4_000 })
  const run = new TestRun()
  const ends = [50, 1, 1, 50, 50].map((ms, second) => run.add(intervalOf(second, { ok: [ms] }), [aborting])[0])
  assert.deepEqual(
    ends.map((finding) => finding?.text),
    [
      undefined,
      undefined,
      undefined,
      'max < 10ms over every 2 s: worst 50 ms at 4 s, 1 of 1 windows broke it (ended the run)',
      undefined,
    ],
  )
})

test('a warm-up is left out', () => {
  const [finding] = judge(criterion('max < 10ms', 1_000, { warmupMs: 2_000 }), [
    { ok: [50] },
    { ok: [50] },
    { ok: [1] },
  ])
  assert.equal(finding?.outcome, 'passed')
})

test('dropped arrivals of a window', () => {
  const arrivals = (dropped: number) => ({ arrivals: { offered: 10, started: 10 - dropped, dropped } })
  const [finding] = judge(criterion('dropped < 20%', 2_000), [arrivals(0), arrivals(1), arrivals(5), arrivals(0)])
  assert.deepEqual([finding?.outcome, finding?.value], ['failed', 0.3])
})
