import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { decodeBody } from './encodings.ts'

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
