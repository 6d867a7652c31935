import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { printable, printableWord } from './printable.ts'

test('what could make a text look like another one is written out', () => {
  assert.equal(printable('a\x1b[31mred\x1b[0m\r\x07b'), 'a\\x1b[31mred\\x1b[0m\\x0d\\x07b')
  assert.equal(printable('\u202etxt.exe\u2028\x9b2J'), '\\u202etxt.exe\\u2028\\x9b2J')
  assert.equal(printable('two\n\tlines, größer, 日本'), 'two\n\tlines, größer, 日本')
})

test('a word stays on its line, and no two look the same', () => {
  assert.equal(printableWord('host-1_9f474e21'), 'host-1_9f474e21')
  assert.equal(printableWord('a\nINFO: worker b has come\t'), 'a\\x0aINFO: worker b has come\\x09')
  const any = fc.string({ unit: fc.constantFrom('a', '\\', 'x', '1', 'b', '\x1b', '\n') })
  fc.assert(fc.property(any, any, (a, b) => a === b || printableWord(a) !== printableWord(b)))
})
