import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { intervalOf, judge, TestRun, type TestSecond } from './run.fixture.ts'
import { parseThreshold } from './threshold-grammar.ts'
import { WholeRunThreshold } from './whole-run-threshold.ts'

const criterion = (text: string, options = {}) =>
  new WholeRunThreshold(parseThreshold(text), { warmupMs: 0, ...options })
const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
const metric = (values: number[]): NonNullable<TestSecond['metrics']> => {
  const [request] = intervalOf(0, { ok: values }).stats.requests
  return [{ kind: 'trend', name: 'cart_size', values: request!.ok }]
}

describe('each measure, and the line that tells it', () => {
  const rows: [text: string, seconds: TestSecond[], outcome: string, line: RegExp][] = [
    ['p95 < 100ms', [{ ok: hundred }], 'passed', /^p95 < 100ms: 9[45](\.\d+)? ms$/],
    ['p95 < 50ms', [{ ok: hundred }], 'failed', /^p95 < 50ms: 9[45](\.\d+)? ms$/],
    ['max <= 100ms', [{ ok: hundred }], 'passed', /: 100 ms$/],
    ['min > 1ms', [{ ok: hundred }], 'failed', /: 1 ms$/],
    ['mean < 51ms', [{ ok: hundred }], 'passed', /: 50.5 ms$/],
    ['max{ok} < 50ms', [{ ok: [10], failed: [900] }], 'passed', /: 10 ms$/],
    ['max{failed} < 50ms', [{ ok: [10], failed: [900] }], 'failed', /: 900 ms$/],
    ['max < 50ms', [{ ok: [10], failed: [900] }], 'failed', /: 900 ms$/],
    ['p95{failed} < 50ms', [{ ok: [10] }], 'failed', /: never measured$/],
    ['max{scheduled} < 50ms', [{ ok: [10] }], 'failed', /: never measured$/],
    ['/b: max < 50ms', [{ ok: [99] }, { name: '/b', ok: [3] }], 'passed', /: 3 ms$/],
    ['POST /a: max < 50ms', [{ ok: [99] }, { method: 'POST', ok: [3] }], 'passed', /: 3 ms$/],
    ['/a: max < 50ms', [{ ok: [99] }, { method: 'POST', ok: [3] }], 'failed', /: 99 ms$/],
    ['/a: requests = 2', [{ ok: [99] }, { method: 'POST', ok: [3] }], 'passed', /: 2$/],
    ['/nowhere: max < 50ms', [{ ok: [1] }], 'failed', /: never measured$/],
    ['rps >= 50/s', [{ ok: hundred }, {}], 'passed', /: 50\/s$/],
    ['failures_per_second < 1/s', [{ ok: [1], failed: [1, 1] }], 'failed', /: 2\/s$/],
    ['fail_ratio < 1%', [{ ok: hundred }, { failed: [1] }], 'passed', /: 0.99 %$/],
    ['fail_ratio < 1%', [{ ok: hundred.slice(1) }, { failed: [1] }], 'failed', /: 1 %$/],
    ['requests > 100', [{ ok: hundred }], 'failed', /: 100$/],
    ['aborted < 3', [{ ok: [1], aborted: 3 }], 'failed', /: 3$/],
    ['exceptions = 0', [{ ok: [1], exceptions: 2 }], 'failed', /: 2$/],
    ['dropped < 1%', [{ arrivals: { offered: 200, started: 199, dropped: 1 } }], 'passed', /: 0.5 %$/],
    ['dropped = 0', [{ arrivals: { offered: 200, started: 199, dropped: 1 } }], 'failed', /: 1$/],
    ['dropped = 0', [{ ok: [1] }], 'failed', /: never measured$/],
    ['cart_size: max < 4', [{ metrics: metric([1, 5]) }], 'failed', /: 5$/],
    ['cart_size < 4', [{ metrics: metric([1, 5]) }], 'passed', /: 3$/],
    ['orders >= 7', [3, 4].map((sum) => ({ metrics: [{ kind: 'counter', name: 'orders', sum }] })), 'passed', /: 7$/],
    ['checks > 99%', [{ metrics: [{ kind: 'rate', name: 'checks', trues: 98, count: 100 }] }], 'failed', /: 98 %$/],
    ['nothing_such > 1', [{ ok: [1] }], 'failed', /: never measured$/],
  ]
  for (const [text, seconds, outcome, line] of rows)
    test(`${text}: ${outcome}`, () => {
      const [finding, ...others] = judge(criterion(text), seconds)
      assert.deepEqual([finding?.outcome, others, finding?.kind], [outcome, [], 'threshold'])
      assert.match(finding?.text ?? '', line)
      assert.ok(finding?.text.startsWith(`${text}: `))
    })
})

test('percentiles are those of the samples, within 1 %', () => {
  const seconds = fc.array(fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { maxLength: 30 }), {
    minLength: 1,
    maxLength: 10,
  })
  fc.assert(
    fc.property(seconds, fc.integer({ min: 1, max: 100 }), (seconds, p) => {
      const all = seconds.flat().sort((a, b) => a - b)
      const [finding] = judge(
        criterion(`p${p} < 1s`),
        seconds.map((ok) => ({ ok })),
      )
      if (all.length === 0) return assert.equal(finding?.value, undefined)
      // (14 / 100) * 50 is more than 7: the product goes first
      const exact = all[Math.ceil((p * all.length) / 100) - 1] as number
      assert.ok(Math.abs((finding?.value as number) / exact - 1) <= 0.01, `${finding?.value} for ${exact}`)
    }),
  )
})

test('a warm-up is left out, of arrivals too', () => {
  const seconds: TestSecond[] = [
    { ok: [900], arrivals: { offered: 10, started: 0, dropped: 10 } },
    { ok: [5], arrivals: { offered: 10, started: 10, dropped: 0 } },
  ]
  assert.equal(judge(criterion('max < 10ms', { warmupMs: 1_000 }), seconds, 1_000)[0]?.outcome, 'passed')
  assert.equal(judge(criterion('dropped = 0', { warmupMs: 1_000 }), seconds, 1_000)[0]?.outcome, 'passed')
})

test('abort ends the run once, not before its time, and stays what it was', () => {
  const aborting = criterion('max < 10ms', { abort: true, afterMs: 3_000 })
  const run = new TestRun()
  const ends = [50, 1, 1, 1].map((ms, second) => run.add(intervalOf(second, { ok: [ms] }), [aborting])[0]?.text)
  assert.deepEqual(ends, [undefined, undefined, 'max < 10ms: 50 ms (ended the run)', undefined])
  const [finding] = aborting.conclude(run)
  assert.deepEqual([finding?.outcome, finding?.atMs], ['failed', 3_000])
})

test('a threshold on what was never measured does not end the run', () => {
  const aborting = criterion('/b: max < 10ms', { abort: true })
  assert.deepEqual(new TestRun().add(intervalOf(0, { ok: [1] }), [aborting]), [])
})

test('a default says so, and nothing where there is nothing to measure', () => {
  assert.equal(
    judge(criterion('fail_ratio < 1%', { isDefault: true }), [{ ok: [1] }])[0]?.text,
    'fail_ratio < 1% (default): 0 %',
  )
  assert.deepEqual(judge(criterion('fail_ratio < 1%', { isDefault: true }), [{}]), [])
})
