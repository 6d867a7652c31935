import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Aggregate } from '../stats/aggregate.ts'
import { emptyHistogram, Histogram } from '../stats/histogram.ts'
import { figuresOf, holds, matches, measured } from './figures.ts'
import { intervalOf } from './run.fixture.ts'
import { parseThreshold, type Threshold } from './threshold-grammar.ts'

interface Sample {
  method: string
  name: string
  failed: boolean
  ms: number
}

const sample: fc.Arbitrary<Sample> = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  name: fc.constantFrom('/a', '/b', 'GET /a'),
  failed: fc.boolean(),
  ms: fc.double({ min: 0.01, max: 60_000, noNaN: true }),
})
const samples = fc.array(sample, { maxLength: 60 })
const durationMs = 4_000

function measure(text: string, samples: readonly Sample[]): number | undefined {
  const stats = new Aggregate()
  for (const { method, name, failed, ms } of samples)
    stats.merge(intervalOf(0, { method, name, [failed ? 'failed' : 'ok']: [ms], scheduled: [ms * 2] }).stats)
  const threshold = parseThreshold(text)
  return measured(threshold, figuresOf(threshold, stats, durationMs))?.value
}

/** Names as a threshold writes them, and the samples they are about. */
const about: Record<string, (sample: Sample) => boolean> = {
  '': () => true,
  '/a: ': ({ name }) => name === '/a',
  'POST /a: ': ({ method, name }) => method === 'POST' && name === '/a',
  'GET /a: ': ({ method, name }) => (method === 'GET' && name === '/a') || name === 'GET /a',
  '/c: ': () => false,
}
const selected: Record<string, (sample: Sample) => number | undefined> = {
  '': ({ ms }) => ms,
  '{ok}': ({ failed, ms }) => (failed ? undefined : ms),
  '{failed}': ({ failed, ms }) => (failed ? ms : undefined),
  '{scheduled}': ({ ms }) => ms * 2,
}

function near(actual: number | undefined, exact: number | undefined, within: number, what: string): void {
  if (exact === undefined || actual === undefined) assert.equal(actual, exact, what)
  else assert.ok(Math.abs(actual - exact) <= within * exact, `${what}: ${actual}, not ${exact}`)
}

describe('what a threshold measures is what the raw samples say', () => {
  for (const [name, isAbout] of Object.entries(about)) {
    for (const [selector, latencyOf] of Object.entries(selected))
      test(`latencies of ${name || 'all'} ${selector}`, () => {
        fc.assert(
          fc.property(samples, fc.integer({ min: 1, max: 1_000 }), (samples, permille) => {
            const latencies = samples
              .filter(isAbout)
              .map(latencyOf)
              .filter((ms) => ms !== undefined)
              .sort((a, b) => a - b)
            const rank = Math.max(1, Math.ceil((permille * latencies.length) / 1_000))
            const sum = latencies.reduce((a, b) => a + b, 0)
            const value = (figure: string) => measure(`${name}${figure}${selector} < 1`, samples)
            near(value(`p${permille / 10}`), latencies[rank - 1], 0.01, `p${permille / 10}`)
            near(value('min'), latencies[0], 0, 'min')
            near(value('max'), latencies.at(-1), 0, 'max')
            near(value('mean'), latencies.length === 0 ? undefined : sum / latencies.length, 1e-9, 'mean')
          }),
          { numRuns: 60 },
        )
      })

    test(`counts and rates of ${name || 'all'}`, () => {
      fc.assert(
        fc.property(samples, (samples) => {
          const group = samples.filter(isAbout)
          const failures = group.filter(({ failed }) => failed).length
          const isKnown = name === '' || group.length > 0
          const value = (figure: string) => measure(`${name}${figure} < 1`, samples)
          const of = (figure: number) => (isKnown ? figure : undefined)
          assert.equal(value('requests'), of(group.length))
          assert.equal(value('failures'), of(failures))
          assert.equal(value('aborted'), of(0))
          near(value('rps'), of(group.length / 4), 1e-9, 'rps')
          near(value('failures_per_second'), of(failures / 4), 1e-9, 'failures_per_second')
          near(
            measure(`${name}fail_ratio < 100%`, samples),
            group.length === 0 ? undefined : failures / group.length,
            1e-9,
            'fail_ratio',
          )
        }),
        { numRuns: 60 },
      )
    })
  }
})

test('nothing is measured in no time', () => {
  const threshold = parseThreshold('rps < 1')
  assert.equal(measured(threshold, figuresOf(threshold, new Aggregate(), 0)), undefined)
})

test('a metric is what its kind makes of its values', () => {
  const sizes = new Histogram('any')
  for (const size of [5, 5, 10, 20]) sizes.record(size)
  const values = sizes.toData()
  const stats = new Aggregate()
  stats.merge({
    requests: [],
    errors: [],
    exceptions: [],
    metrics: [
      { kind: 'counter', name: 'orders', sum: 3 },
      { kind: 'counter', name: 'orders', sum: 4 },
      { kind: 'rate', name: 'checks', trues: 9, count: 10 },
      { kind: 'rate', name: 'no checks', trues: 0, count: 0 },
      { kind: 'gauge', name: 'queue', value: 8, at: 2 },
      { kind: 'gauge', name: 'queue', value: 5, at: 1 },
      { kind: 'trend', name: 'cart_size', values },
      { kind: 'trend', name: 'empty', values: emptyHistogram() },
    ],
  })
  const rows: [text: string, value: number | undefined][] = [
    ['orders > 1', 7],
    ['checks > 99%', 0.9],
    ['checks > 0.99', 0.9],
    ['"no checks" > 1%', undefined],
    ['queue < 9', 8],
    ['cart_size < 9', 10],
    ['cart_size: max < 9', 20],
    ['cart_size: min < 9', 5],
    ['empty < 9', undefined],
    ['empty: p95 < 9', undefined],
    ['nothing_such < 9', undefined],
  ]
  for (const [text, value] of rows) {
    const threshold = parseThreshold(text)
    assert.equal(measured(threshold, figuresOf(threshold, stats, 1_000))?.value, value, text)
  }
})

test('a name goes with any method, or with one', () => {
  const request = { method: 'GET', name: '/a' }
  for (const name of ['/a', 'GET /a']) assert.ok(matches(name, request), name)
  for (const name of ['/', '/A', 'POST /a', 'GET  /a', 'GET', '']) assert.ok(!matches(name, request), name)
})

test('what holds below, at and above the limit', () => {
  const rows: [Threshold['operator'], below: boolean, at: boolean, above: boolean][] = [
    ['<', true, false, false],
    ['<=', true, true, false],
    ['>', false, false, true],
    ['>=', false, true, true],
    ['=', false, true, false],
  ]
  for (const [operator, ...expected] of rows) {
    const threshold = parseThreshold(`max ${operator} 10ms`)
    assert.deepEqual(
      [9.99, 10, 10.01].map((value) => holds(threshold, value)),
      expected,
      operator,
    )
  }
})
