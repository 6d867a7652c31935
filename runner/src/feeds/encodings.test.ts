import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type FeedOptions, feedSpec } from './feed-spec.ts'
import { openLocalRows } from './local-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'feeds-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
function written(bytes: Buffer, extension: string): string {
  const name = `f${++files}${extension}`
  writeFileSync(join(folder, name), bytes)
  return name
}

async function rowsOf(bytes: Buffer | string, options: FeedOptions = {}, extension = '.csv'): Promise<unknown[]> {
  const spec = feedSpec(written(Buffer.from(bytes), extension), { onEnd: 'stop', ...options }, folder)
  const source = openLocalRows(spec)
  const rows: unknown[] = []
  for (let more = await source.lease(1_000); more.length > 0; more = await source.lease(1_000)) rows.push(...more)
  await source.close()
  return rows.map((row) => ({ ...(row as object) }))
}

const text = 'name,pin\nMüller,1\n“Zoë”,2\n'
const rows = [
  { name: 'Müller', pin: '1' },
  { name: '“Zoë”', pin: '2' },
]
const utf16le = Buffer.from(text, 'utf16le')
const utf16be = Buffer.from(utf16le).swap16()
const western = Buffer.from(text.replaceAll('“', '\x93').replaceAll('”', '\x94'), 'latin1')
const mark = Buffer.from([0xff, 0xfe])

describe('what a file is in, it is read as', () => {
  const cases: [what: string, bytes: Buffer, options?: FeedOptions][] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-8 with a mark, whatever was said', Buffer.from(`\uFEFF${text}`), { encoding: 'latin1' }],
    ['UTF-16 little endian with a mark', Buffer.concat([mark, utf16le])],
    ['UTF-16 big endian with a mark', Buffer.concat([mark.toReversed() as never, utf16be])],
    ['UTF-16 little endian, as was said', utf16le, { encoding: 'utf-16le' }],
    ['UTF-16 big endian, as was said', utf16be, { encoding: 'UTF-16BE' }],
    ['windows-1252, as was said', western, { encoding: 'windows-1252' }],
    ['latin1 is windows-1252, as for browsers', western, { encoding: 'latin1' }],
  ]
  for (const [what, bytes, options] of cases)
    test(what, async () => assert.deepEqual(await rowsOf(bytes, options), rows))

  test('Cyrillic, quoted and with line ends in it', async () => {
    const bytes = Buffer.concat([
      Buffer.from('name;say\n"'),
      Buffer.from([0xc8, 0xe2, 0x0a, 0xe0]),
      Buffer.from('";"a""b"\n'),
    ])
    assert.deepEqual(await rowsOf(bytes, { encoding: 'cp1251', delimiter: ';' }), [{ name: 'Ив\nа', say: 'a"b' }])
  })

  test('large files of one byte a character are read as they are used, in order and at random', async () => {
    const many = 60_000
    const bytes = Buffer.from(
      `name,pin\n${Array.from({ length: many }, (_, n) => `M\u00fcller des Hauses,${n}\n`).join('')}`,
      'latin1',
    )
    assert.ok(bytes.length > 1024 * 1024)
    for (const mode of ['sequential', 'random'] as const) {
      const found = (await rowsOf(bytes, { encoding: 'latin1', mode })) as { name: string; pin: string }[]
      assert.equal(found.length, many)
      assert.deepEqual(new Set(found.map(({ name }) => name)), new Set(['Müller des Hauses']))
    }
  })

  test('large UTF-16 is read as a whole', async () => {
    const long = `name,pin\n${'Müller des Hauses,5\n'.repeat(40_000)}`
    const found = await rowsOf(Buffer.concat([mark, Buffer.from(long, 'utf16le')]))
    assert.equal(found.length, 40_000)
    assert.deepEqual(found[39_999], { name: 'Müller des Hauses', pin: '5' })
  })

  test('JSON and JSON lines', async () => {
    const json = JSON.stringify(rows)
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    const wide = (source: string) => Buffer.concat([mark, Buffer.from(source, 'utf16le')])
    assert.deepEqual(await rowsOf(json, {}, '.json'), rows)
    assert.deepEqual(await rowsOf(wide(json), {}, '.json'), rows)
    assert.deepEqual(await rowsOf(wide(lines), {}, '.jsonl'), rows)
    assert.deepEqual(await rowsOf(Buffer.from('{"name":"M\xfc"}', 'latin1'), { encoding: 'latin1' }, '.jsonl'), [
      { name: 'Mü' },
    ])
  })

  test('a replacement character that the file has is one', async () => {
    assert.deepEqual(await rowsOf('name\nM\ufffd\n'), [{ name: 'M\ufffd' }])
  })
})

describe('what is no text in the encoding is refused, at its line', () => {
  const cases: [what: string, bytes: Buffer, options: FeedOptions, extension: string, message: RegExp][] = [
    ['latin1', western, {}, '.csv', /\.csv:2 is not utf-8: in windows-1252 it has "Müller"$/],
    ['latin1 in a header', Buffer.from('gr\xf6\xdfe\n1\n', 'latin1'), {}, '.csv', /\.csv:1 is not utf-8: .*"größe"/],
    ['latin1 in quotes', Buffer.from('a\n"\xfc"\n', 'latin1'), {}, '.csv', /:2 is not utf-8/],
    ['half a character', Buffer.from([0x61, 0x0a, 0xc3, 0x0a]), {}, '.csv', /:2 is not utf-8/],
    ['a surrogate', Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80, 0x0a]), {}, '.csv', /:2 is not utf-8/],
    ['JSON lines', Buffer.from('{"a":1}\n{"a":"\xfc"}\n', 'latin1'), {}, '.jsonl', /\.jsonl:2 is not utf-8/],
    ['a JSON array', Buffer.from('["\xfc"]', 'latin1'), {}, '.json', /\.json is not utf-8/],
    ['UTF-16 without a mark', utf16le, {}, '.csv', /has a zero byte in its first row/],
    ['half a UTF-16 character', Buffer.concat([mark, utf16le, Buffer.from([0x41])]), {}, '.csv', /is not utf-16le/],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), {}, '.csv', /is UTF-32/],
    [
      'what the encoding has no character for',
      Buffer.from([0x61, 0x0a, 0xa5, 0x0a]),
      { encoding: 'iso-8859-3' },
      '.csv',
      /:2 is not iso-8859-3/,
    ],
  ]
  for (const [what, bytes, options, extension, message] of cases)
    test(what, async () => {
      await assert.rejects(async () => rowsOf(bytes, options, extension), {
        code: 'FEED',
        message,
        hint: /UTF-8|encoding/,
      })
    })

  test('deep in a large file', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`name\n${'a long enough line of it\n'.repeat(50_000)}`),
      Buffer.from([0xfc, 0x0a]),
    ])
    await assert.rejects(async () => rowsOf(bytes), { code: 'FEED', message: /:50002 is not utf-8/ })
  })

  test('encodings that there are not', () => {
    for (const encoding of ['klingon', 'utf-7', 'shift_jis', 'gb18030', 5, ''])
      assert.throws(() => feedSpec('a.csv', { encoding: encoding as string }, folder), {
        code: 'FEED',
        hint: /^use utf-8, utf-16le/,
      })
  })
})

describe('delimiters', () => {
  const ann = [{ name: 'ann', pin: '1' }]
  const read: [text: string, options?: FeedOptions, extension?: string][] = [
    ['name,pin\nann,1\n'],
    ['name;pin\nann;1\n', { delimiter: ';' }],
    ['name\tpin\nann\t1\n', {}, '.tsv'],
    ['sep=;\nname;pin\nann;1\n'],
    ['sep=;\r\nname;pin\r\nann;1\r\n'],
    ['\uFEFFsep=\t\nname\tpin\nann\t1\n'],
    ['sep=,\nname,pin\nann,1\n'],
    ['sep=;\nname;pin\nann;1\n', { delimiter: ';' }],
    ['sep=|\nname|pin\nann|1\n', {}, '.tsv'],
  ]
  for (const [source, options, extension] of read)
    test(JSON.stringify(source), async () => assert.deepEqual(await rowsOf(source, options, extension), ann))

  test('a first row that looks like another one is refused, unless the delimiter was said', async () => {
    for (const [source, other] of [
      ['name;pin\nann;1\n', '";"'],
      ['name\tpin\nann\t1\n', '"\\t"'],
      ['name|pin\nann|1\n', '"|"'],
      ['name;pin\r\nann;1\r\n', '";"'],
    ] as const)
      await assert.rejects(async () => rowsOf(source), {
        message: /:1 has only one column, "name/,
        hint: new RegExp(`^if ${other.replace(/[\\|]/g, '\\$&')} separates columns`),
      })
    await assert.rejects(async () => rowsOf('name,pin\nann,1\n', {}, '.tsv'), { hint: /^if "," separates columns/ })
    assert.deepEqual(await rowsOf('a;b\nx\n', { delimiter: ',' }), [{ 'a;b': 'x' }])
    assert.deepEqual(await rowsOf('"a;b"\nx\n'), [{ 'a;b': 'x' }])
    assert.deepEqual(await rowsOf('name\nann\n'), [{ name: 'ann' }])
    await assert.rejects(async () => rowsOf('sep=;\nname;pin\nann;1\n', { delimiter: ',' }), {
      message: /:1 has sep=; in its first line/,
    })
  })

  test('lines are counted with the first, and a column may be called sep=', async () => {
    await assert.rejects(async () => rowsOf('sep=;\nname;pin\nann;1;2\n'), { message: /:3 has 3 columns where 2/ })
    assert.deepEqual(await rowsOf('sep=x,b\n1,2\n'), [{ 'sep=x': '1', b: '2' }])
  })
})
