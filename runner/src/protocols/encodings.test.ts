import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { decodeBody, decodeText } from './encodings.ts'

const plain = Buffer.from('grün '.repeat(1000))
const rows: [string, Buffer][] = [
  ['gzip', gzipSync(plain)],
  ['X-GZIP', gzipSync(plain)],
  ['deflate', deflateSync(plain)],
  ['deflate', deflateRawSync(plain)],
  ['br', brotliCompressSync(plain)],
  ['zstd', zstdCompressSync(plain)],
  ['identity', plain],
  ['', plain],
  ['gzip, br', brotliCompressSync(gzipSync(plain))],
]
for (const [encoding, body] of rows)
  test(`undoes ${encoding || 'nothing'}`, () => {
    assert.deepEqual(decodeBody(body, encoding, 1e6), plain)
  })

test('an empty body needs no decoding', () => {
  assert.equal(decodeBody(Buffer.alloc(0), 'gzip', 10).length, 0)
})

test('never makes more than the limit', () => {
  for (const bomb of [gzipSync, brotliCompressSync, zstdCompressSync]) {
    const name = bomb === gzipSync ? 'gzip' : bomb === brotliCompressSync ? 'br' : 'zstd'
    assert.throws(() => decodeBody(bomb(Buffer.alloc(1_000_000)), name, 1000), { code: 'ERR_BUFFER_TOO_LARGE' })
  }
})

const bytes = (...codes: number[]) => Buffer.from(codes)
const utf16 = Buffer.from('{"ü":"€"}', 'utf16le')
const texts: [what: string, body: Buffer, contentType: string | undefined, text: string][] = [
  ['nothing said', Buffer.from('ü€'), undefined, 'ü€'],
  ['a BOM of UTF-8', Buffer.from('\ufeffü'), 'text/plain', 'ü'],
  ['a BOM against the charset', Buffer.from('\ufeffü'), 'text/plain; charset=iso-8859-1', 'ü'],
  ['a BOM of UTF-16LE', Buffer.concat([bytes(0xff, 0xfe), utf16]), undefined, '{"ü":"€"}'],
  ['a BOM of UTF-16BE', Buffer.from(Buffer.concat([bytes(0xff, 0xfe), utf16])).swap16(), 'text/x', '{"ü":"€"}'],
  ['UTF-16 as said', utf16, 'application/json; charset=UTF-16LE', '{"ü":"€"}'],
  ['Latin-1, which is windows-1252', bytes(0xfc, 0x80), 'text/html;charset=ISO-8859-1', 'ü€'],
  ['quoted', bytes(0xfc), 'text/html; charset="latin1"; x=y', 'ü'],
  ['in single quotes', bytes(0xfc), "text/html; charset='latin1'", 'ü'],
  ['spaces', bytes(0xfc), 'text/html ; Charset = latin1 ', 'ü'],
  ['Shift_JIS', bytes(0x93, 0xfa), 'text/html; charset=Shift_JIS', '日'],
  ['KOI8-R', bytes(0xc1), 'text/html; charset=koi8-r', 'а'],
  ['GBK', bytes(0xc4, 0xe3), 'text/html; charset=gbk', '你'],
  ['a charset that nobody knows', Buffer.from('ü'), 'text/html; charset=klingon', 'ü'],
  ['an empty one', Buffer.from('ü'), 'text/html; charset=', 'ü'],
  ['bytes that are no UTF-8', bytes(0x61, 0xfc), undefined, 'a\ufffd'],
]
for (const [what, body, contentType, text] of texts)
  test(`text: ${what}`, () => assert.equal(decodeText(body, contentType), text))
