import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isCheckpointOf, removeEarlierResults, takeBack } from './earlier-results.ts'
import { prepareFile, writeWhole } from './output-files.ts'

const folder = await mkdtemp(join(tmpdir(), 'earlier-results-'))
after(() => rm(folder, { recursive: true }))
const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
const has = (name: string) => existsSync(join(folder, name))

test('results are removed, by their name or by how they begin; what is none stays', () => {
  put('a.json', '{"verdict":{"outcome":"passed"}}')
  put('result', '{\n  "katydid": "0.1.0"')
  put('shop.ts', 'export class Shop {}')
  put('empty', '')
  for (const json of ['a.json', 'result', 'shop.ts', 'empty', 'nowhere/r.json']) removeEarlierResults({ json }, folder)
  assert.deepEqual([has('a.json'), has('result'), has('shop.ts'), has('empty')], [false, false, true, true])
})

test('a folder and a device stay; a link stays and what it points to goes, until it is written anew', async () => {
  mkdirSync(join(folder, 'folder.json'))
  put('far.json', '{"katydid":"0.1.0"}')
  symlinkSync('far.json', join(folder, 'near.json'))
  for (const json of ['folder.json', '/dev/null', 'near.json']) removeEarlierResults({ json }, folder)
  assert.ok(has('folder.json') && existsSync('/dev/null') && !has('far.json'))
  await writeWhole(prepareFile('near.json', '--json', folder), 'new')
  assert.ok(lstatSync(join(folder, 'near.json')).isSymbolicLink())
  assert.equal(readFileSync(join(folder, 'far.json'), 'utf8'), 'new')
})

test('a checkpoint of another run is removed; which run it is of its first bytes say', () => {
  put('ck.json', `{"token":"a/\\"b","finished":true,"published":"${'x'.repeat(10_000)}"}`)
  assert.ok(isCheckpointOf(join(folder, 'ck.json'), 'a/"b'))
  assert.ok(!isCheckpointOf(join(folder, 'ck.json'), 'a/'))
  assert.ok(!isCheckpointOf(join(folder, 'nowhere'), 'a'))
  removeEarlierResults({ checkpoint: 'ck.json' }, folder)
  assert.ok(!has('ck.json'))
  put('half.json', '{"half": ')
  removeEarlierResults({ checkpoint: 'half.json' }, folder)
  assert.ok(has('half.json'), 'it may be all that there is of a run')
})

test('taking back is for files only, and never throws', () => {
  put('b.json', 'x')
  takeBack([join(folder, 'b.json'), join(folder, 'nowhere'), folder, '/dev/null'])
  assert.ok(!has('b.json') && existsSync(folder))
})
