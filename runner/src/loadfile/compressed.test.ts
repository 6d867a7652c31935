import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { compile } from './compile.ts'
import { compress, decompress } from './compressed.ts'
import { aUser, inlineFiles } from './inline-files.fixture.ts'
import { load } from './load.ts'

const code = `${aUser}export const text = 'é'\n`
const opened = (content: string | Buffer) => decompress(Buffer.from(content), '/tmp/load.js')

test('a bundle is known by its content: base64, however its lines are cut, or gzip itself', () => {
  const bundle = compress(code)
  assert.match(bundle, /^[A-Za-z0-9+/]+=*\n$/)
  const lines = bundle.replaceAll(/.{76}/g, '$&\r\n')
  for (const content of [bundle, bundle.trim(), `\n  ${bundle}`, lines, gzipSync(code)])
    assert.equal(opened(content), code)
})

test('anything else is taken as it is', () => {
  for (const content of [code, '', 'H4s', 'Not a bundle', '\u001f\u008b\b'])
    assert.equal(opened(content), undefined, content)
})

test('what it throws is placed in its JavaScript, and its own folder is where it is', async () => {
  const folder = inlineFiles({})
  const loadOf = async (content: string) => {
    const file = join(folder, 'load.bundle')
    writeFileSync(file, compress(content))
    return load(await compile(file))
  }
  await assert.rejects(loadOf(`${aUser}throw new Error('boom')\n`), (error: Error & { hint?: string }) => {
    assert.match(error.message, /load\.bundle:6:7: Error: boom$/)
    assert.match(error.hint ?? '', /^6 \| throw new Error\('boom'\)\n/)
    return true
  })
  await assert.rejects(loadOf('export class {'), /load\.bundle:1:14: /)
  const { params } = await loadOf(`${aUser}export const params = { folder: import.meta.dirname, name: __filename }\n`)
  assert.deepEqual(params, { folder, name: join(folder, 'load.bundle') })
})
