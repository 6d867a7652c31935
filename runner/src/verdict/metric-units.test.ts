import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkUnits, unitMistake } from './metric-units.ts'
import { intervalOf, judge } from './run.fixture.ts'
import { SlidingThreshold } from './sliding-threshold.ts'
import { parseThreshold } from './threshold-grammar.ts'
import { WholeRunThreshold } from './whole-run-threshold.ts'

const kinds = ['trend', 'counter', 'rate', 'gauge'] as const

describe('a limit has a unit where the metric has one', () => {
  const table: [text: string, ...wrongFor: (typeof kinds)[number][]][] = [
    ['m: p95 < 3'],
    ['m: p95 < 3s', 'trend'],
    ['m: max < 300ms', 'trend'],
    ['m: mean < 5us', 'trend'],
    ['m: p95{ok} < 3', 'trend'],
    ['m: min{failed} < 3ms', 'trend'],
    ['m: rps > 3/s'],
    ['m: fail_ratio < 3%'],
    ['m > 99%', 'trend', 'counter', 'gauge'],
    ['m > 0.5%', 'trend', 'counter', 'gauge'],
    ['m > 150%', 'trend', 'counter', 'gauge', 'rate'],
    ['m > 0.99'],
    ['m > 1', 'rate'],
    ['m < 5', 'rate'],
    ['m = 0'],
    ['m > 100', 'rate'],
  ]
  for (const [text, ...wrongFor] of table)
    test(text, () => {
      const found = kinds.filter((kind) => unitMistake(parseThreshold(text), kind) !== undefined)
      assert.deepEqual(found.toSorted(), wrongFor.toSorted())
    })
})

test('a load file that declares the metric refuses the threshold before the run, all at once', () => {
  const declared = new Map([['checkout_seconds', 'trend'] as const, ['orders', 'counter'] as const])
  checkUnits(['checkout_seconds: p95 < 3', 'orders > 5', 'p95 < 3s', 'other: p95 < 3s', 'other > 5%'], declared)
  assert.throws(() => checkUnits(['checkout_seconds: p95 < 3s'], declared), {
    code: 'PLAN',
    message:
      'bad threshold "checkout_seconds: p95 < 3s": checkout_seconds is a trend, and its values have no unit: write the limit as a number without a unit',
  })
  assert.throws(() => checkUnits(['checkout_seconds: p95 < 3s', 'orders > 5%'], declared), {
    message: '2 bad thresholds',
    hint: /checkout_seconds is a trend.*\n.*orders is a counter, but % works only with rates and checks/,
  })
})

test('of a metric that shows only in the run the verdict is broken, not passed', () => {
  const threshold = parseThreshold('checkout_seconds: p95 < 3s')
  const [request] = intervalOf(0, { ok: [1_500] }).stats.requests // below 3 s in ms
  const metrics = [{ kind: 'trend' as const, name: 'checkout_seconds', values: request!.ok }]
  const criteria = [
    new WholeRunThreshold(threshold, { warmupMs: 0, abort: true }),
    new SlidingThreshold(threshold, 1_000, { warmupMs: 0 }),
  ]
  for (const criterion of criteria) {
    const [finding] = judge(criterion, [{ ok: [1], metrics }])
    assert.equal(finding?.outcome, 'broken')
    assert.match(
      finding?.text ?? '',
      /^checkout_seconds: p95 < 3s.*: checkout_seconds is a trend, and its values have no unit/,
    )
  }
})
