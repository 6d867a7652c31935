import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatItems } from '../stats/format.ts'
import type { Criterion } from './criterion.ts'
import { intervalOf, judge, TestRun, type TestSecond } from './run.fixture.ts'
import { SlidingThreshold } from './sliding-threshold.ts'
import { parseThreshold } from './threshold-grammar.ts'

interface Second {
  ok: number[]
  failed: number[]
  dropped: number
  /** No worker told of it. */
  missing: boolean
}

const latency = fc.integer({ min: 1, max: 50 })
const second: fc.Arbitrary<Second> = fc.record({
  ok: fc.array(latency, { maxLength: 4 }),
  failed: fc.array(latency, { maxLength: 2 }),
  dropped: fc.integer({ min: 0, max: 10 }),
  missing: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})

const criterion = (text: string, windowMs: number, options = {}): Criterion =>
  new SlidingThreshold(parseThreshold(text), windowMs, { warmupMs: 0, ...options })

/** Each measure as it is defined, over the seconds of one window of the run. */
const measures: Record<string, (window: readonly Second[]) => number | undefined> = {
  max: (window) => greatest(window.flatMap(({ ok, failed }) => [...ok, ...failed])),
  'max{ok}': (window) => greatest(window.flatMap(({ ok }) => ok)),
  'max{failed}': (window) => greatest(window.flatMap(({ failed }) => failed)),
  rps: (window) => requestsOf(window) / window.length,
  requests: requestsOf,
  failures: failuresOf,
  fail_ratio: (window) => (requestsOf(window) === 0 ? undefined : failuresOf(window) / requestsOf(window)),
  dropped: (window) => window.reduce((sum, { dropped }) => sum + dropped, 0),
}

function greatest(values: number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values)
}

function requestsOf(window: readonly Second[]): number {
  return window.reduce((sum, { ok, failed }) => sum + ok.length + failed.length, 0)
}

function failuresOf(window: readonly Second[]): number {
  return window.reduce((sum, { failed }) => sum + failed.length, 0)
}

interface Found {
  value: number
  endMs: number
}

/** Every window without a hole, one after another. */
function windowsOf(seconds: readonly Second[], width: number, measure: string): Found[] {
  const found: Found[] = []
  for (let end = width; end <= seconds.length; end++) {
    const window = seconds.slice(end - width, end)
    const value = window.some(({ missing }) => missing) ? undefined : measures[measure]?.(window)
    if (value !== undefined) found.push({ value, endMs: end * 1_000 })
  }
  return found
}

/** Plays all seconds that are there. */
function play(threshold: Criterion, seconds: readonly Second[]): TestRun {
  const run = new TestRun()
  for (const [index, { ok, failed, dropped, missing }] of seconds.entries()) {
    run.elapsedMs = index * 1_000 // as a master counts it: the clock goes on where nobody reports
    if (missing) continue
    const arrivals = { offered: 10, started: 10 - dropped, dropped }
    run.add(intervalOf(index, { ok, failed, arrivals }), [threshold])
  }
  return run
}

describe('every window of a run, and no other, is judged', () => {
  for (const measure of Object.keys(measures))
    for (const operator of ['<', '>='] as const)
      test(`${measure} ${operator}`, () => {
        const limits = measure === 'fail_ratio' ? fc.constantFrom(0, 0.25, 0.5, 1) : fc.integer({ min: 0, max: 40 })
        fc.assert(
          fc.property(
            fc.array(second, { minLength: 1, maxLength: 30 }),
            fc.integer({ min: 1, max: 6 }),
            limits,
            (seconds, width, limit) => {
              const limitText = measure === 'fail_ratio' ? `${limit * 100}%` : String(limit)
              const threshold = criterion(`${measure} ${operator} ${limitText}`, width * 1_000)
              const [finding, ...others] = threshold.conclude(play(threshold, seconds))
              assert.ok(finding)
              assert.deepEqual(others, [])
              const windows = windowsOf(seconds, width, measure)
              if (windows.length === 0) return assert.match(finding.text, /: never measured for a whole window$/)
              const broken = windows.filter(({ value }) => (operator === '<' ? value >= limit : value < limit)).length
              const values = windows.map(({ value }) => value)
              const worst = operator === '<' ? Math.max(...values) : Math.min(...values)
              const first = windows.find(({ value }) => value === worst)
              const off = (value: number) => Math.abs(value - worst) > 1e-9 * Math.abs(worst)
              assert.equal(finding.outcome, broken === 0 ? 'passed' : 'failed')
              assert.ok(finding.value !== undefined && !off(finding.value), `${finding.value} for ${worst}`)
              assert.equal(finding.atMs, first?.endMs)
              const count =
                broken === 0 ? formatItems(windows.length, 'window') : `${broken} of ${windows.length} windows broke it`
              assert.ok(finding.text.endsWith(`, ${count}`), finding.text)
            },
          ),
          { numRuns: 100 },
        )
      })
})

test('no window reaches over seconds that nobody told of', () => {
  const threshold = criterion('max < 10ms', 2_000)
  const run = new TestRun()
  for (const [second, ms] of [
    [0, 1],
    [1, 50],
    [5, 1],
    [6, 2],
  ] as const)
    run.add(intervalOf(second, { ok: [ms] }), [threshold])
  assert.match(threshold.conclude(run)[0]?.text ?? '', /: worst 50 ms at 2 s, 1 of 2 windows broke it$/)
})

test('a long second of a blocked loop leaves no hole', () => {
  const threshold = criterion('requests >= 3', 4_000)
  const run = new TestRun()
  run.add(intervalOf(0, { ok: [1], durationMs: 2_600 }), [threshold])
  run.add(intervalOf(2, { ok: [1], durationMs: 400 }), [threshold])
  run.add(intervalOf(3, { ok: [1], durationMs: 1_000 }), [threshold])
  assert.match(threshold.conclude(run)[0]?.text ?? '', /: worst 3 at 4 s, 1 window$/)
})

test('seconds are a little longer or shorter than that, and a window of them is whole', () => {
  for (const durationMs of [985, 999.2, 1_000.9, 1_015]) {
    const seconds = Array.from({ length: 10 }, (): TestSecond => ({ ok: [1], durationMs }))
    const [finding] = judge(criterion('requests = 5', 5_000), seconds)
    assert.deepEqual([finding?.outcome, finding?.value], ['passed', 5], `${durationMs}`)
    assert.match(finding?.text ?? '', /, 6 windows$/)
  }
})

describe('what was there and then is not', () => {
  const metrics: TestSecond = { metrics: [{ kind: 'counter', name: 'orders', sum: 4 }] }
  const rows: [text: string, seconds: TestSecond[], outcome: string, value: number | undefined][] = [
    ['/a: rps >= 1/s', [{ ok: [1, 1] }, {}], 'failed', 0],
    ['/a: requests >= 1', [{ ok: [1, 1] }, { name: '/b', ok: [1] }], 'failed', 0],
    ['/a: failures < 1', [{ ok: [1] }, {}], 'passed', 0],
    ['orders > 3', [metrics, {}], 'failed', 0],
    ['/b: rps >= 1/s', [{}, { name: '/b', ok: [1, 1] }], 'passed', 2],
    ['/a: max < 10ms', [{ ok: [1] }, {}], 'passed', 1],
    ['/a: fail_ratio < 1%', [{ ok: [1] }, {}], 'passed', 0],
    ['/never: rps >= 1/s', [{ ok: [1] }, {}], 'failed', undefined],
    ['orders > 3', [{}, {}], 'failed', undefined],
  ]
  for (const [text, seconds, outcome, value] of rows)
    test(`${text} after ${JSON.stringify(seconds[0])}`, () => {
      const [finding] = judge(criterion(text, 1_000), seconds)
      assert.deepEqual([finding?.outcome, finding?.value], [outcome, value], finding?.text)
    })
})

test('a limit to be met exactly is broken worst where it is missed most', () => {
  const seconds: TestSecond[] = [{ ok: [1, 1] }, { ok: [1, 1, 1] }, {}]
  const [finding] = judge(criterion('requests = 2', 1_000), seconds)
  assert.deepEqual([finding?.outcome, finding?.value, finding?.atMs], ['failed', 0, 3_000])
})

test('a run shorter than its window has not been measured', () => {
  const [finding] = judge(criterion('max < 10ms', 3_000), [{ ok: [1] }, { ok: [1] }])
  assert.deepEqual(
    [finding?.outcome, finding?.text],
    ['failed', 'max < 10ms over every 3 s: never measured for a whole window'],
  )
})
