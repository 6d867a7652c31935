import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { toldJobFile } from './told-job-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'told-'))
after(() => rmSync(dir, { recursive: true }))

test('what was written is read again, by the run of that token only', async () => {
  const told = { job: 'a', at: '2026-01-02T03:04:05.000Z' }
  assert.equal(await toldJobFile('run.json', 'r1', dir).read(), undefined)
  await toldJobFile('run.json', 'r1', dir).write(told)
  assert.deepEqual(await toldJobFile('run.json', 'r1', dir).read(), told)
  assert.equal(await toldJobFile('run.json', 'r2', dir).read(), undefined)
})

test('a file that is none is no reason to serve no verdict', async () => {
  for (const text of ['', '{', '[]', 'null', '{"token":"r1","job":1}']) {
    writeFileSync(join(dir, 'bad.json.told'), text)
    assert.equal(await toldJobFile('bad.json', 'r1', dir).read(), undefined, text)
  }
})
