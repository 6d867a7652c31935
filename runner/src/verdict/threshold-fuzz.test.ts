import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KatydidError } from '../errors.ts'
import { parseThreshold, type Threshold } from './threshold-grammar.ts'

type Measure = Threshold['measure']

test('any text is a threshold or a mistake, never a crash', () => {
  const words = fc.constantFrom(
    ...['p95', 'p99.9', 'rps', 'fail_ratio', 'dropped', 'GET /', '{ok}', '{', '"', ': ', ' ', '\n', '\u2028'],
    ...['<', '>=', '=', '1', '.5', '%', 'ms', '/s', '-', 'é', '9'.repeat(200), '__proto__'],
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 12 }).map((list) => list.join('')),
  )
  let understood = 0
  fc.assert(
    fc.property(text, (text) => {
      let parsed: Threshold
      try {
        parsed = parseThreshold(text)
      } catch (error) {
        assert.ok(error instanceof KatydidError, String(error))
        assert.ok(error.message.startsWith('bad threshold "') && error.hint?.startsWith('use '), error.message)
        return
      }
      understood++
      assert.ok(Number.isFinite(parsed.limit) && parsed.limit >= 0, text)
      assert.notEqual(parsed.name, '')
      assert.match(parsed.text, /^\S(.*\S)?$/u, 'one line')
    }),
    { numRuns: 10_000 },
  )
  assert.ok(understood > 0, 'the texts come near enough to thresholds')
})

interface Written {
  text: string
  says: Omit<Threshold, 'text'>
}

const amount = fc.oneof(
  fc.integer({ min: 0, max: 99_999 }),
  fc.integer({ min: 0, max: 9_999 }).map((n) => n / 1_000),
)
const limits = {
  latency: fc.tuple(
    amount,
    fc.constantFrom<[string, number]>(['', 1], ['us', 1e-3], ['µs', 1e-3], ['ms', 1], ['s', 1e3], ['m', 6e4]),
  ),
  rate: fc.tuple(amount, fc.constantFrom<[string, number]>(['', 1], ['/s', 1], ['/m', 1 / 60])),
  count: fc.tuple(fc.integer({ min: 0, max: 99_999 }), fc.constant<[string, number]>(['', 1])),
  ratio: fc.tuple(
    fc.integer({ min: 0, max: 1_000 }).map((n) => n / 10),
    fc.constant<[string, number]>(['%', 0.01]),
  ),
}
const percentile = fc
  .integer({ min: 1, max: 9_999 })
  .map((n): [string, Measure] => [`p${n / 100}`, { kind: 'latency', of: 'percentile', quantile: n / 100 / 100 }])
const plain = (kind: 'latency' | 'rate' | 'count', ...words: string[]) =>
  fc.constantFrom(...words).map((of): [string, Measure] => [of, { kind, of } as Measure])
const name = fc.oneof(
  fc.stringMatching(/^[A-Z]{3,6} \/[a-z0-9/[\]?=&<>.-]{0,20}$/),
  fc.stringMatching(/^\/[a-z:]{0,8}[a-z]$/),
)
const quotedName = fc.stringMatching(/^[a-z]([a-z <>=:%{}]{0,12}[a-z])?$/).filter((text) => !text.includes(': '))

const subjects = fc.oneof(
  fc.record({
    word: fc.oneof(percentile, plain('latency', 'mean', 'min', 'max')),
    kind: fc.constant('latency' as const),
    name: fc.option(name, { nil: undefined }),
    selector: fc.constantFrom(undefined, 'ok', 'failed', 'scheduled'),
  }),
  fc.record({
    word: plain('rate', 'rps', 'failures_per_second'),
    kind: fc.constant('rate' as const),
    name: fc.option(name, { nil: undefined }),
    selector: fc.constant(undefined),
  }),
  fc.record({
    word: plain('count', 'requests', 'failures', 'aborted'),
    kind: fc.constant('count' as const),
    name: fc.option(name, { nil: undefined }),
    selector: fc.constant(undefined),
  }),
  fc.record({
    word: fc.constant<[string, Measure]>(['fail_ratio', { kind: 'ratio', of: 'fail_ratio' }]),
    kind: fc.constant('ratio' as const),
    name: fc.option(name, { nil: undefined }),
    selector: fc.constant(undefined),
  }),
  fc.record({
    word: fc.constant<[string, Measure]>(['dropped', { kind: 'dropped', of: 'dropped' }]),
    kind: fc.constantFrom('ratio' as const, 'count' as const),
    name: fc.constant(undefined),
    selector: fc.constant(undefined),
  }),
  quotedName.chain((metric) =>
    fc.record({
      word: fc.constant<[string, Measure]>([`"${metric}"`, { kind: 'metric', of: 'metric' }]),
      kind: fc.constantFrom('ratio' as const, 'count' as const),
      name: fc.constant(metric),
      selector: fc.constant(undefined),
    }),
  ),
)

const written = subjects.chain(({ word: [word, measure], kind, name, selector }) =>
  fc
    .tuple(limits[kind], fc.constantFrom('<', '<=', '>', '>=', '=', '=='), fc.constantFrom('', ' ', '  '), fc.boolean())
    .map(([[number, [unit, factor]], operator, gap, quote]): Written => {
      const before = name === undefined || measure.kind === 'metric' ? '' : `${quote ? `"${name}"` : name}: `
      const after = selector === undefined ? '' : `${gap}{${gap}${selector}${gap}}`
      return {
        text: `${before}${word}${after}${gap}${operator}${gap}${number}${unit}`,
        says: {
          name,
          measure,
          selector: selector as Threshold['selector'],
          operator: operator === '==' ? '=' : (operator as Threshold['operator']),
          limit: number * factor,
          limitIsRatio: kind === 'ratio',
          unit,
        },
      }
    }),
)

test('what was written is what is read, whatever it is about and whatever the spaces', () => {
  fc.assert(
    fc.property(written, ({ text, says }) => {
      const { limit, ...parsed } = parseThreshold(text)
      const { limit: meant, ...rest } = says
      assert.deepEqual(parsed, { text: text.trim(), ...rest })
      assert.ok(Math.abs(limit - meant) <= 1e-9 * Math.max(1, meant), `${limit}, not ${meant}`)
    }),
    { numRuns: 3_000 },
  )
})
