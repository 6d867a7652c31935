import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { layoutTable } from './text-table.ts'
import { cutText, padText, printable, textWidth } from './text-width.ts'

test('widths are those of a terminal: CJK and emoji take two cells, marks none', () => {
  for (const [text, width] of [
    ['', 0],
    ['/products', 9],
    ['支払い', 6],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['🦗', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['é', 1],
    ['e\u0301', 1],
    ['→ …', 3],
  ] as const)
    assert.equal(textWidth(text), width, text)
})

test('cutting keeps what fits, never half a character', () => {
  assert.equal(cutText('/products', 9), '/products')
  assert.equal(cutText('/products', 5), '/pro…')
  assert.equal(cutText('支払い', 4), '支…')
  assert.equal(cutText('abc', 0), '')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, width) => {
      const clean = printable(text)
      assert.ok(textWidth(cutText(clean, width)) <= Math.max(width, 0))
      assert.ok(textWidth(padText(clean, width, 'right')) >= width)
    }),
  )
})

test('what a target says cannot steer the terminal', () => {
  assert.equal(printable('\u001b[2Ja\nb\tc\u202e'), '\uFFFD[2Ja b c\uFFFD')
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}/u.test(printable(text))))
})

test('columns line up; those that may shrink do so, as far as they may', () => {
  const columns = [
    { title: 'name', align: 'left' as const, shrinkTo: 6 },
    { title: 'n', align: 'right' as const },
  ]
  assert.deepEqual(
    layoutTable(columns, [
      ['支払い', '1'],
      ['/products/123', '1,000'],
    ]),
    ['name               n', '支払い             1', '/products/123  1,000'],
  )
  assert.deepEqual(layoutTable(columns, [['/products/123', '1,000']], 15), ['name          n', '/produc…  1,000'])
  assert.deepEqual(layoutTable(columns, [['/products/123', '1,000']], 5), ['name        n', '/prod…  1,000'])
})
