import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CsvParser } from './csv-parser.ts'
import type { FeedSpec } from './row-source.ts'

const spec: FeedSpec = {
  file: '/u.csv',
  shown: 'u.csv',
  format: 'csv',
  delimiter: ',',
  delimiterStated: false,
  encoding: 'utf-8',
  mode: 'sequential',
  onEnd: 'stop',
  onEndStated: true,
}

/** The rows of a text that comes in pieces of so many bytes. */
function rows(text: string | Buffer, pieceBytes = 1e9, delimiter = ','): Record<string, string>[] {
  return placed(text, pieceBytes, delimiter).map(({ row }) => row)
}

function placed(text: string | Buffer, pieceBytes: number, delimiter: string) {
  const parser = new CsvParser({ ...spec, delimiter })
  const bytes = Buffer.from(text)
  const found: { row: Record<string, string>; offset: number }[] = []
  let from = 0
  for (let until = 0; until < bytes.length || from === 0; ) {
    until = Math.min(bytes.length, until + pieceBytes)
    const last = until === bytes.length
    const base = from
    from += parser.parse(bytes.subarray(from, until), last, (row, offset) => {
      found.push({ row: row as Record<string, string>, offset: base + offset })
      return true
    })
    if (last) break
  }
  assert.equal(from, bytes.length, 'everything is taken')
  return found
}

const good: [name: string, text: string, expected: Record<string, string>[]][] = [
  [
    'plain',
    'a,b\n1,2\n3,4\n',
    [
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ],
  ],
  ['no line end at the end', 'a,b\n1,2', [{ a: '1', b: '2' }]],
  ['CRLF', 'a,b\r\n1,2\r\n', [{ a: '1', b: '2' }]],
  ['a byte order mark', '\ufeffa,b\n1,2\n', [{ a: '1', b: '2' }]],
  [
    'empty fields',
    'a,b\n,\n"",x\n1,',
    [
      { a: '', b: '' },
      { a: '', b: 'x' },
      { a: '1', b: '' },
    ],
  ],
  ['quotes, delimiters and line ends in quotes', 'a,b\n"x, ""y""","1\r\n2"\n', [{ a: 'x, "y"', b: '1\r\n2' }]],
  ['empty lines are skipped', '\na\n\n1\n\r\n2\n\n', [{ a: '1' }, { a: '2' }]],
  ['an empty value in quotes is none', 'a\n""\n', [{ a: '' }]],
  ['beyond ASCII', 'naïve,λ\n😀,"Ω"\n', [{ naïve: '😀', λ: 'Ω' }]],
  ['spaces are part of fields', 'a,b\n 1 , 2\n', [{ a: ' 1 ', b: ' 2' }]],
  [
    'names of Object.prototype are columns like others',
    'constructor,toString\n1,2\n',
    [{ constructor: '1', toString: '2' } as never],
  ],
]
for (const [name, text, expected] of good)
  test(`CSV: ${name}, in one piece or byte by byte`, () => {
    for (const pieceBytes of [1e9, 1, 2, 3, 7]) assert.deepEqual(rows(text, pieceBytes), expected)
  })

test('other delimiters', () => {
  assert.deepEqual(rows('a;b\n1;"2;3"\n', 1, ';'), [{ a: '1', b: '2;3' }])
  assert.deepEqual(rows('a\tb\n1\t2\n', 1, '\t'), [{ a: '1', b: '2' }])
})

const bad: [text: string, message: string][] = [
  ['a,b\n1,2\n3,4,5\n', 'The feed u.csv:3 has 3 columns where 2 were expected'],
  ['a,b\n"x\ny",2\n3\n', 'The feed u.csv:4 has 1 column where 2 were expected'],
  ['a,b\n\n\n1\n', 'The feed u.csv:4 has 1 column where 2 were expected'],
  ['a,b\r\n1,2\r\n3,"4\r\n5,6\r\n', 'The feed u.csv:3 has a quote that is never closed: "\\"4"'],
  ['a,b\n1,2 "x"\n', 'The feed u.csv:2 has a quote inside a field without quotes: "2 \\"x\\""'],
  ['a,b\n1,"2"x\n', 'The feed u.csv:2 has text after a closing quote: "x"'],
  ['a,,b\n1,2,3\n', 'The feed u.csv:1 has column names in its first row, and column 2 has no name'],
  [
    'a,b,a\n1,2,3\n',
    'The feed u.csv:1 has column names in its first row, and column 3 has the same name as another column, a',
  ],
  ['__proto__,b\n1,2\n', 'The feed u.csv:1 has column names in its first row, and column 1 is called __proto__'],
]
for (const [text, message] of bad)
  test(`CSV: ${message}`, () => {
    assert.throws(() => rows(text), { name: 'KatydidError', code: 'FEED', message })
    // what is quoted depends on how much of the file there was
    const beginning = new RegExp(`^${message.replace(/: ".*/, '').replace(/[.]/g, '\\.')}`)
    for (const pieceBytes of [1, 5]) assert.throws(() => rows(text, pieceBytes), { code: 'FEED', message: beginning })
  })

const field = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', ',', '"', '\n', '\r', ';'), maxLength: 6 })
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((columns) =>
    fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 8 }),
  )
/** Quoted where it must be, and here and there where it need not. */
const written = (text: string, always: boolean) =>
  always || /[",\n\r]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text

test('whatever was written is read again, however it is cut; a parser can begin at any row', () => {
  fc.assert(
    fc.property(
      table,
      fc.boolean(),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 9 }),
      (lines, always, eol, size) => {
        const columns = (lines[0] as string[]).map((_, index) => `c${index}`)
        const text =
          [columns, ...lines].map((line) => line.map((value) => written(value, always)).join(',')).join(eol) + eol
        const expected = lines.map((line) =>
          Object.fromEntries(line.map((value, index) => [columns[index] as string, value])),
        )
        const found = placed(text, size, ',')
        assert.deepEqual(
          found.map(({ row }) => row),
          expected,
        )
        const { offset } = found.at(-1) as { offset: number }
        const parser = new CsvParser(spec)
        parser.parse(Buffer.from(text), true, () => false)
        const again: unknown[] = []
        parser.inside().parse(Buffer.from(text).subarray(offset), true, (row) => {
          again.push(row)
          return true
        })
        assert.deepEqual(again, expected.slice(-1))
      },
    ),
    { numRuns: 500 },
  )
})

test('any bytes are rows or a mistake of the file, and cutting them makes no difference', () => {
  const outcome = (bytes: Buffer, pieceBytes: number) => {
    try {
      return { rows: rows(bytes, pieceBytes) }
    } catch (error) {
      const { code, message } = error as { code: string; message: string }
      assert.equal(code, 'FEED')
      // what is quoted of the file depends on how much of it there was
      return { message: message.replace(/: ".*/s, '') }
    }
  }
  const bytes = fc.array(fc.constantFrom(...Buffer.from('a,"\r\n\ufeff0')), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 5 }), (list, size) => {
      const whole = Buffer.from(list)
      assert.deepEqual(outcome(whole, size), outcome(whole, 1e9))
    }),
    { numRuns: 2000 },
  )
})
