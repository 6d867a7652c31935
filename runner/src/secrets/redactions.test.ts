import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cpuMsOf } from '../stats/cpu-time.fixture.ts'
import { Redactions } from './redactions.ts'
import { encodings, secrets } from './secret-encodings.fixture.ts'

const redactorOf = (...values: string[]) => {
  const redactions = new Redactions()
  for (const value of values) redactions.add(value, true)
  return (text: string) => redactions.redact(text)
}

/** What is around it in real texts; nothing that the encoded secret could be read on into. */
const around = fc.constantFrom(
  '',
  'GET /login?password=',
  'refused for (',
  'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ',
  '{"token":"',
  '→ ',
  "'",
)

/** What must not be left: of base64 the middle, since at its ends are other bytes, too. */
function piecesOf(encoded: string, how: string): string[] {
  const secret = /Basic|base64/.test(how) ? encoded.replace(/^Basic /, '').slice(12, -6) : encoded
  return Array.from({ length: Math.max(0, secret.length - 3) }, (_, at) => secret.slice(at, at + 4))
}

describe('a secret is in no text, however it is written there', () => {
  for (const [how, encode] of Object.entries(encodings))
    test(how, () => {
      fc.assert(
        fc.property(secrets, around, around, (secret, before, after) => {
          const encoded = encode(secret)
          const clean = redactorOf(secret)(`${before}${encoded} ${after}`)
          assert.ok(clean.includes('[redacted]'), clean)
          for (const piece of piecesOf(encoded, how))
            if (!`${before} ${after}[redacted]`.includes(piece))
              assert.ok(!clean.includes(piece), `${piece} in ${clean}`)
        }),
        { numRuns: 150 },
      )
    })
})

test('a secret that was cut short, by less than its half', () => {
  fc.assert(
    fc.property(secrets, fc.nat(100), (secret, part) => {
      // a row of them counts as one
      const units = [
        ...secret
          .trim()
          .replace(/\s+/g, ' ')
          .replace(/(["\\])\1+/g, '$1'),
      ]
      const kept = Math.max(8, Math.ceil(units.length / 2)) + part
      if (kept >= units.length) return
      const cut = units.slice(0, kept).join('')
      assert.ok(!redactorOf(secret)(`refused ${cut}… (`).includes(cut))
    }),
    { numRuns: 300 },
  )
})

test('of a URL only the whole is one: others begin as it does', () => {
  const redactions = new Redactions()
  redactions.add('http://127.0.0.1:8080/hooks/abc', false)
  assert.equal(redactions.redact('http://127.0.0.1:8080/shop'), 'http://127.0.0.1:8080/shop')
  assert.equal(redactions.redact('to http://127.0.0.1:8080/hooks/abc'), 'to [redacted]')
})

test('a line break at its end, as files have one, is no part of it; one inside is found however it is laid out', () => {
  const redact = redactorOf('s3cret-value\n', 'first line\nsecond line')
  assert.equal(redact('is s3cret-value.'), 'is [redacted].')
  for (const text of [
    'first line\n    second line',
    'first line second line',
    'first line\\nsecond line',
    'first+line%0Asecond+line',
  ])
    assert.equal(redact(`(${text})`), '([redacted])')
})

test('of secrets that overlap no part is left, and the mark is no text to look into', () => {
  assert.equal(redactorOf('abcdef', 'defghi')('<abcdefghi>'), '<[redacted]>')
  assert.equal(redactorOf('redacted', 'other1')('redacted other1'), '[redacted] [redacted]')
})

test('other texts stay as they are', () => {
  const redact = redactorOf('tok3nSECRETtok3nSECRET', 'hunter2')
  for (const text of [
    'GET /products/123?page=2',
    'p95 < 300ms: 13 ms',
    'dG9r dXNlcjpwYXNz',
    '100 % of 5 & 6 "quoted"',
    'hunter',
    '',
  ])
    assert.equal(redact(text), text)
})

test('marks with control characters behind them are no encoding', () => {
  const redact = redactorOf('hunter2', '%0a secret')
  for (const behind of ['\x10\x19', '\x18\x10\t', '\x01A', 'u\x10\x11\x12\x13', 'x\x16\x17', '#x\x10;', '#\x11;', '\0'])
    for (const mark of ['%', '%25', '\\', '&', '+', '"'])
      assert.equal(redact(`<${mark}${behind} hunter2>`), `<${mark}${behind} [redacted]>`)
})

test('what a hostile text takes grows with its length, not with its square', () => {
  const redact = redactorOf('%%%%%%%%""""\\\\\\\\&&&&', '&amp;&amp;&amp;&amp;', '%25%25%25%25%25')
  const cpuMs = (times: number) =>
    cpuMsOf(() => {
      for (const piece of ['%25', '%', '"', '\\', '&amp;', '&', '%2525', '\\"']) redact(piece.repeat(times))
    })
  cpuMs(1_000) // warm
  const [short, long] = [cpuMs(2_000), cpuMs(20_000)]
  assert.ok(long < 40 * short + 100, `${long} ms for ten times what took ${short} ms`)
})
