import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KatydidError } from '../errors.ts'
import { parseThreshold, type Threshold } from './threshold-grammar.ts'

type Row = [text: string, name: string | undefined, measure: string, operator: string, limit: number, selector?: string]

const shown = (measure: Threshold['measure']) =>
  measure.of === 'percentile' ? `p${Number((measure.quantile * 100).toPrecision(8))}` : measure.of

test('its text is one line, whatever a values file makes of it', () => {
  const parsed = parseThreshold('\n"a\n b"\u2028: p95 < 1s\n')
  assert.deepEqual([parsed.text, parsed.limit], ['"a b" : p95 < 1s', 1_000])
})

test('limits in % are ratios, and no others but those of fail_ratio', () => {
  for (const text of ['fail_ratio < 1%', 'fail_ratio < 0.01', 'dropped < 1%', 'checks > 99%'])
    assert.equal(parseThreshold(text).limitIsRatio, true, text)
  for (const text of ['dropped < 1', 'checks > 1', 'rps > 1', 'requests > 1', 'p95 < 1'])
    assert.equal(parseThreshold(text).limitIsRatio, false, text)
})

describe('what a threshold says', () => {
  const rows: Row[] = [
    ['p95 < 300ms', undefined, 'p95', '<', 300],
    ['p99.9 <= 1.5s', undefined, 'p99.9', '<=', 1_500],
    ['p50<500us', undefined, 'p50', '<', 0.5],
    ['median < 10µs', undefined, 'p50', '<', 0.01],
    ['p100 < 2m', undefined, 'p100', '<', 120_000],
    ['mean < 20', undefined, 'mean', '<', 20],
    ['avg < 20ms', undefined, 'mean', '<', 20],
    ['min > 1ms', undefined, 'min', '>', 1],
    ['max < 1m30s', undefined, 'max', '<', 90_000],
    ['p95{ok} < 1s', undefined, 'p95', '<', 1_000, 'ok'],
    ['p95 {failed} < 1s', undefined, 'p95', '<', 1_000, 'failed'],
    ['p95{ scheduled } < 1s', undefined, 'p95', '<', 1_000, 'scheduled'],
    ['GET /products: p99 < 1s', 'GET /products', 'p99', '<', 1_000],
    ['/products: p99{ok} < 1s', '/products', 'p99', '<', 1_000, 'ok'],
    ['"a: b": p95 < 1s', 'a: b', 'p95', '<', 1_000],
    ['a: b: p95 < 1s', 'a: b', 'p95', '<', 1_000],
    ['rps > 100/s', undefined, 'rps', '>', 100],
    ['rps >= 600/m', undefined, 'rps', '>=', 10],
    ['failures_per_second < 0.5', undefined, 'failures_per_second', '<', 0.5],
    ['fail_ratio < 1%', undefined, 'fail_ratio', '<', 0.01],
    ['fail_ratio < .02', undefined, 'fail_ratio', '<', 0.02],
    ['POST /cart: fail_ratio = 0%', 'POST /cart', 'fail_ratio', '=', 0],
    ['requests >= 1000', undefined, 'requests', '>=', 1_000],
    ['failures == 0', undefined, 'failures', '=', 0],
    ['/x: aborted < 5', '/x', 'aborted', '<', 5],
    ['exceptions = 0', undefined, 'exceptions', '=', 0],
    ['dropped < 1%', undefined, 'dropped', '<', 0.01],
    ['dropped < 10', undefined, 'dropped', '<', 10],
    ['checks > 99%', 'checks', 'metric', '>', 0.99],
    ['"orders placed" > 100', 'orders placed', 'metric', '>', 100],
    ['"p95" < 3', 'p95', 'metric', '<', 3],
    ['cart_size: p95 < 30', 'cart_size', 'p95', '<', 30],
    ['"cart size": p99.99 < 30', 'cart size', 'p99.99', '<', 30],
    ['"say "hi"" > 3', 'say "hi"', 'metric', '>', 3],
    ['valueOf < 3', 'valueOf', 'metric', '<', 3],
    ['fail_ratio < 100%', undefined, 'fail_ratio', '<', 1],
    ['/a>=b: p95<1s', '/a>=b', 'p95', '<', 1_000],
    ['/x: rps > 1.5', '/x', 'rps', '>', 1.5],
    ['/x: failures_per_second <= 6/m', '/x', 'failures_per_second', '<=', 0.1],
    ['"x": min{failed} >= 1h30m', 'x', 'min', '>=', 5_400_000, 'failed'],
  ]
  for (const [text, name, measure, operator, limit, selector] of rows)
    test(text, () => {
      const parsed = parseThreshold(` ${text}  `)
      assert.deepEqual(
        [parsed.text, parsed.name, shown(parsed.measure), parsed.operator, parsed.limit, parsed.selector],
        [text, name, measure, operator, limit, selector],
      )
    })
})

describe('what is no threshold is told in a sentence, with what is allowed', () => {
  const form = 'it must have the form MEASURE OPERATOR LIMIT'
  const forms = 'use p95 < 300ms, GET /cart: p99{ok} < 1s, fail_ratio < 1%'
  const number = 'use a number with its unit'
  const time = 'use a time: 500us, 300ms, 1.5s, 2m'
  const ratio = 'use 0% … 100%, or a number from 0 to less than 1 (write 1 as 1% or 100%)'
  const arrivals = 'use 0% … 100% of what was offered, or a whole number of arrivals'
  const selectors = 'use {ok}, {failed} or {scheduled}'
  const latencies = 'use p50 … p99.9, mean, min or max'
  const names =
    'use p50 … p99.9, mean, avg, min, max, median, rps, failures_per_second, fail_ratio, requests, failures, aborted, exceptions, dropped, unanswered'
  const measures = `${names}, or "your own metric" in quotes`
  const rows: [text: string, problem: string, hint: string][] = [
    ['', form, forms],
    ['p95', form, forms],
    ['p95 < ', form, forms],
    ['< 300ms', form, forms],
    ['p95 << 300ms', form, forms],
    ['p95 => 300ms', form, forms],
    ['p95 != 300ms', form, forms],
    ['p95 < 300 400', form, forms],
    ['p95 < 300 ms', 'the limit "300 ms" has a space in it', 'use 300ms'],
    ['fail_ratio<1.5 %', 'the limit "1.5 %" has a space in it', 'use 1.5%'],
    ['p95 < soon', 'bad limit "soon"', number],
    ['p95 < -3ms', 'bad limit "-3ms"', number],
    ['p95 < NaN', 'bad limit "NaN"', number],
    [`rps > ${'9'.repeat(309)}`, `bad limit "${'9'.repeat(309)}"`, number],
    ['p95 < 3parsecs', 'bad limit "3parsecs"', time],
    ['p95 < 10%', 'bad limit "10%"', time],
    ['p95 < 4000d', 'bad limit "4000d"', time],
    ['p0 < 3ms', 'p0 is not a percentile', 'use min, or p50 … p99.9'],
    ['p101 < 3ms', 'unknown measure "p101"', measures],
    ['P95 < 3ms', 'unknown measure "P95"', measures],
    ['p95{fast} < 3ms', 'unknown selector {fast}', selectors],
    ['p95{} < 3ms', 'unknown selector {}', selectors],
    ['p95{ok}{ok} < 3ms', 'unknown measure "p95{ok}{ok}"', measures],
    ['fail_ratio{ok} < 1%', '{ok} works only with a latency', latencies],
    ['checks{ok} > 1', '{ok} works only with a latency', latencies],
    ['rps > 10/h', 'bad limit "10/h"', 'use a rate: 100/s, 600/m'],
    ['fail_ratio < 2', 'bad limit "2"', ratio],
    ['fail_ratio < 101%', 'bad limit "101%"', ratio],
    ['fail_ratio < 1s', 'bad limit "1s"', ratio],
    ['dropped < 101%', 'bad limit "101%"', arrivals],
    ['dropped < 3/s', 'bad limit "3/s"', arrivals],
    ['requests > 10%', 'bad limit "10%"', 'use a whole number'],
    ['exceptions = 1e3', 'bad limit "1e3"', 'use a whole number'],
    ['fail_rati < 1%', 'unknown measure "fail_rati": did you mean fail_ratio?', measures],
    ['GET /: p95x < 1s', 'unknown measure "p95x"', measures],
    ['GET /x:p95 < 1s', 'unknown measure "GET /x:p95"', measures],
    ['GET /: checks > 1', 'unknown measure "checks"', measures],
    ['"a": "b" > 1', 'unknown measure "\\"b\\""', measures],
    ['"" > 1', 'unknown measure "\\"\\""', measures],
    [': p95 < 1s', 'the name before the colon is missing', 'use GET /cart: p99 < 1s'],
    ['"": p95 < 1s', 'the name before the colon is missing', 'use GET /cart: p99 < 1s'],
    ['GET /: exceptions = 0', 'exceptions is for the whole run, not for GET /', 'use exceptions without a name'],
    ['GET /: dropped = 0', 'dropped is for the whole run, not for GET /', 'use dropped without a name'],
    ['constructor: toString < 1', 'unknown measure "toString"', measures],
    [
      'carts < 3ms',
      'unknown measure "carts" for a limit in "ms"',
      `${names}; the limit of your own metric is a number or a %`,
    ],
  ]
  for (const [text, problem, hint] of rows)
    test(JSON.stringify(text).slice(0, 60), () => {
      assert.throws(
        () => parseThreshold(text),
        (error) => {
          assert.ok(error instanceof KatydidError)
          assert.equal(error.code, 'PLAN')
          assert.equal(error.message, `bad threshold ${JSON.stringify(text)}: ${problem}`)
          assert.equal(error.hint, hint)
          return true
        },
      )
    })
})

describe('every measure takes its own units, and no other', () => {
  const times = ['us', '\u00b5s', '\u03bcs', 'ms', 's', 'm', 'h', 'd']
  const units = [
    '',
    ...times,
    '%',
    '/s',
    '/m',
    '/h',
    'ns',
    'S',
    'MS',
    'sec',
    'min',
    'rps',
    'k',
    'e3',
    'B',
    'MB',
    '%%',
    '.',
    '-',
    ',5',
  ]
  const families: [measures: string[], units: string[]][] = [
    [
      ['p50', 'p99.9', 'p100', 'median', 'mean', 'avg', 'min', 'max', 'GET /: p95', 'p95{ok}', 'x: max'],
      ['', ...times],
    ],
    [
      ['rps', 'failures_per_second', 'GET /: rps'],
      ['', '/s', '/m'],
    ],
    [['fail_ratio', 'GET /: fail_ratio'], ['%']],
    [['requests', 'failures', 'aborted', 'exceptions', 'GET /: requests'], ['']],
    [['dropped'], ['', '%']],
    [
      ['checks', '"orders placed"'],
      ['', '%'],
    ],
  ]
  for (const [measures, taken] of families)
    for (const measure of measures)
      test(measure, () => {
        for (const unit of units) {
          const text = `${measure} < 5${unit}`
          if (taken.includes(unit)) assert.equal(parseThreshold(text).unit, unit, text)
          else assert.throws(() => parseThreshold(text), { code: 'PLAN' }, text)
        }
      })

  test('a number that may be meant otherwise is refused: a bare 1 of a ratio, a part of a count', () => {
    for (const text of ['fail_ratio < 1', 'fail_ratio <= 1.0', 'fail_ratio < 5', 'failures < 0.01', 'dropped < 0.01'])
      assert.throws(() => parseThreshold(text), { code: 'PLAN' }, text)
    for (const text of ['fail_ratio < 100%', 'fail_ratio = 0', 'fail_ratio < 0.999', 'failures <= 0'])
      assert.ok(parseThreshold(text), text)
  })
})
