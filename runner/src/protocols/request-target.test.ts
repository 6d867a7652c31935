import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { requestTarget } from './request-head.ts'

const rows: [path: string, target: string][] = [
  ['/q?f={"a":1}', '/q?f=%7B%22a%22:1%7D'],
  ['/q?fam=A|B', '/q?fam=A%7CB'],
  ['/q?a=<b>', '/q?a=%3Cb%3E'],
  ['/q?a=\\', '/q?a=%5C'],
  ['/q?a=^`', '/q?a=%5E%60'],
  ['/q?a[0]=1', '/q?a%5B0%5D=1'],
  ['/items/{id}', '/items/%7Bid%7D'],
  ['/100%', '/100%25'],
  ['/%zz%2', '/%25zz%252'],
  ['/%E2%9C%93%2f', '/%E2%9C%93%2f'],
  ['/%%41', '/%25%41'],
  ['/ä b\t\r\n\0\x7f', '/%C3%A4%20b%09%0D%0A%00%7F'],
  ['/✓😀', '/%E2%9C%93%F0%9F%98%80'],
  ['/half \ud83d', '/half%20%EF%BF%BD'],
  ["/-._~!$&'()*+,;=:@/?", "/-._~!$&'()*+,;=:@/?"],
  ['/a#b?c', '/a'],
  ['/a?b#{', '/a?b'],
]
for (const [path, target] of rows)
  test(`${JSON.stringify(path)} is sent as ${target}`, () => assert.equal(requestTarget(path), target))

test('whatever is asked for: only what RFC 3986 allows is sent, once encoded stays so, and it means the same to a URL parser', () => {
  const allowed = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/
  const characters = fc.oneof(
    fc.constantFrom(...'%{}|\\^`<>[]"\' ?/:@&=+é✓\0\n'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
    fc.constantFrom('%41', '%zz', '%2', '\ud800'),
  )
  fc.assert(
    fc.property(fc.array(characters, { maxLength: 12 }), (parts) => {
      const path = `/${parts.join('')}`.replaceAll('#', '')
      const target = requestTarget(path)
      assert.match(target, allowed)
      assert.equal(requestTarget(target), target)
      const meant = (text: string) => decode(text)
      assert.equal(meant(target), Buffer.from(meant(bytes(path)), 'latin1').toString('latin1'))
    }),
    { numRuns: 500 },
  )
})

/** The UTF-8 of a text, a character a byte. */
function bytes(text: string): string {
  return Buffer.from(text.toWellFormed()).toString('latin1')
}

/** Percent-encoded bytes as characters; a percent sign that encodes nothing stays. */
function decode(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}
