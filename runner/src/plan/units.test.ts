import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { KatydidError } from '../errors.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { formatRate, parseRate } from './rate.ts'
import { parseRatio } from './ratio.ts'
import { parseSize } from './size.ts'

type Parser = (text: string | number) => number
const accepts = (parse: Parser, table: [string | number, number][]) => {
  for (const [text, value] of table) assert.equal(parse(text), value, `${text}`)
}
const refuses = (parse: Parser, noun: string, hint: string, texts: (string | number)[]) => {
  for (const text of texts)
    assert.throws(
      () => parse(text),
      (error) => {
        assert.ok(error instanceof KatydidError, `${text}: ${error}`)
        assert.equal(error.code, 'PLAN')
        assert.ok(error.message.startsWith(`bad ${noun} `), error.message)
        assert.equal(error.hint, hint)
        return true
      },
      `${text}`,
    )
}

describe('durations', () => {
  test('are read', () =>
    accepts(parseDuration, [
      ['90s', 90_000],
      ['5m', 300_000],
      ['1h30m', 5_400_000],
      ['7d', 604_800_000],
      ['500ms', 500],
      ['1d2h3m4s5ms', 93_784_005],
      ['1.5h', 5_400_000],
      ['0.5ms', 0.5],
      ['0', 0],
      ['0s', 0],
      ['300', 300_000], // Locust's -t 300
      [300, 300_000],
      [0.25, 250],
    ]))

  test('are refused', () =>
    refuses(parseDuration, 'duration', 'use 90s, 5m, 1h30m, 7d', [
      ...['5 minuts', '', ' ', '5 m', 'm', '1m30', '30m1h', '5m5m', '-5s', '1,5h', '5M', '1e3s', 'Infinity', '99999d'],
      ...[-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300],
    ]))

  test('say what was written', () =>
    assert.throws(() => parseDuration('5 minuts'), { message: 'bad duration "5 minuts"' }))

  test('survive a round trip', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000_000 }), (us) => {
        const ms = us / 1_000
        assert.equal(parseDuration(formatDuration(ms)), ms)
      }),
    ))

  test('are written short', () => {
    const texts = [0, 500, 90_000, 5_400_000, 604_800_000, 86_401_000].map(formatDuration)
    assert.deepEqual(texts, ['0s', '500ms', '1m30s', '1h30m', '7d', '1d1s'])
  })
})

describe('rates', () => {
  test('are read', () =>
    accepts(parseRate, [
      ['10/s', 10],
      ['600/m', 10],
      ['36000/h', 10],
      ['0.5/s', 0.5],
      ['10', 10],
      [2.5, 2.5],
      [0, 0],
    ]))

  test('are refused', () =>
    refuses(parseRate, 'rate', 'use 10/s, 600/m, 36000/h or a number per second', [
      ...['', '10/d', '10 /s', '/s', '10/', '10s', '-1/s', 'ten', '1e3/s', '10/s/s'],
      ...[-0.1, Number.NaN, Number.POSITIVE_INFINITY],
    ]))

  test('are written as a person would', () => {
    assert.deepEqual([10, 0.5, 200, 1 / 60, 2.5, 0, 1 / 3].map(formatRate), [
      ...['10/s', '30/m', '200/s', '1/m', '2.5/s', '0/s', '20/m'],
    ])
  })
})

describe('ratios', () => {
  test('are read', () =>
    accepts(parseRatio, [
      ['1%', 0.01],
      ['0.5%', 0.005],
      ['100%', 1],
      ['0', 0],
      ['0.25', 0.25],
      [0.01, 0.01],
      [1, 1],
    ]))

  test('are refused', () =>
    refuses(parseRatio, 'ratio', 'use 1%, 0.5% or a number from 0 to 1', [
      ...['', '%', '101%', '1.5', '-1%', '1 %', 'half'],
      ...[-0.01, 1.01, Number.NaN],
    ]))
})

describe('sizes', () => {
  test('are read', () =>
    accepts(parseSize, [
      ['16MiB', 16_777_216],
      ['64KiB', 65_536],
      ['10MB', 10_000_000],
      ['1.5kB', 1_500],
      ['512', 512],
      ['512B', 512],
      [1_024, 1_024],
    ]))

  test('are refused', () =>
    refuses(parseSize, 'size', 'use 64KiB, 16MiB, 1GiB, 10MB or a number of bytes', [
      ...['', '16Mb', '16 MiB', 'MiB', '-1', '1TiB', 'constructor', '1constructor'],
      ...[-1, Number.NaN, Number.POSITIVE_INFINITY],
    ]))
})

test('any text is a finite number ≥ 0 or a KatydidError, for every parser', () => {
  const nearly = fc.stringMatching(/^[0-9.]{0,12}(ms|s|m|h|d|%|\/s|\/m|[KMG]i?B)?[0-9a-z%/.-]{0,6}$/)
  const anything = fc.oneof(fc.string(), nearly, fc.double())
  for (const parse of [parseDuration, parseRate, parseRatio, parseSize])
    fc.assert(
      fc.property(anything, (text) => {
        try {
          const value = parse(text)
          assert.ok(Number.isFinite(value) && value >= 0, `${parse.name}(${text}) = ${value}`)
        } catch (error) {
          assert.ok(error instanceof KatydidError, `${parse.name}(${text}): ${error}`)
          assert.doesNotMatch(error.message, /\n/)
        }
      }),
      { numRuns: 500 },
    )
})
