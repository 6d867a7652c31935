import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { KatydidError } from '../errors.ts'
import { GrowingFile } from './csv/growing-file.ts'
import { prepareFile, writeWhole } from './output-files.ts'

const folder = await mkdtemp(join(tmpdir(), 'output-files-'))
after(() => rm(folder, { recursive: true }))

const refused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof KatydidError, String(error))
  assert.deepEqual([error.code, error.exitCode], ['OUTPUT', 2])
  assert.match(error.message, message)
  assert.ok(error.hint)
  return true
}

test('a file is written whole, folders and all, and nothing is left beside it', async () => {
  const file = prepareFile('a/b/out.json', '--json', folder)
  assert.deepEqual(readdirSync(join(folder, 'a/b')), [], 'looking leaves nothing')
  await writeWhole(file, 'one')
  await writeWhole(file, 'two')
  assert.deepEqual(readdirSync(join(folder, 'a/b')), ['out.json'])
  assert.equal(readFileSync(file.path, 'utf8'), 'two')
})

test('a link keeps pointing where it points', async () => {
  writeFileSync(join(folder, 'target'), '')
  symlinkSync(join(folder, 'target'), join(folder, 'link'))
  await writeWhole(prepareFile('link', '--json', folder), 'x')
  assert.ok(lstatSync(join(folder, 'link')).isSymbolicLink())
  assert.equal(readFileSync(join(folder, 'target'), 'utf8'), 'x')
})

test('what cannot be written is told beforehand, by the name the user gave it', () => {
  mkdirSync(join(folder, 'dir'))
  writeFileSync(join(folder, 'plain'), '')
  const prepare = (path: string) => () => void prepareFile(path, '--json', folder)
  assert.throws(prepare('dir'), refused(/^cannot write dir \(--json\): it is a folder \(EISDIR\)$/))
  assert.throws(
    prepare('plain/out.json'),
    refused(/^cannot write plain\/out.json \(--json\): a part of the path is a file, not a folder/),
  )
  assert.throws(
    prepare('/proc/nowhere/out.json'),
    refused(/^cannot write \/proc\/nowhere\/out.json \(--json\): the folder does not exist/),
  )
})

test('a write that fails leaves what was there before and nothing half-written', async () => {
  const file = prepareFile('gone/out.json', '--json', folder)
  await rm(join(folder, 'gone'), { recursive: true })
  await assert.rejects(writeWhole(file, 'x'), refused(/the folder does not exist/))
  assert.ok(!existsSync(join(folder, 'gone')))
})

const fullSkip = { skip: !existsSync('/dev/full') && 'skipped: no /dev/full here' }

test('a full disk: said with its path, and a device is never replaced by a file', fullSkip, async () => {
  const file = prepareFile('/dev/full', '--junit')
  await assert.rejects(
    writeWhole(file, 'x'),
    refused(/^cannot write \/dev\/full \(--junit\): no space left \(ENOSPC\)$/),
  )
  assert.ok(lstatSync('/dev/full').isCharacterDevice())
  await assert.rejects(new GrowingFile(file).begin('x'), refused(/ENOSPC/))
})

/** Runs a program in a process whose files may have 8 blocks at most: the disk that is full half-way. */
function whereFilesStaySmall(program: string) {
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
  const imports = `const { prepareFile, writeWhole } = await import(${url('./output-files.ts')})
    const { GrowingFile } = await import(${url('./csv/growing-file.ts')})
    const big = 'x'.repeat(1_000_000)
    const file = prepareFile('out', '--csv')
    const said = (error) => console.log(error.message)`
  const args = ['-c', 'ulimit -f 8; exec "$0" --input-type=module -e "$1"', process.execPath, `${imports}\n${program}`]
  const cwd = mkdtempSync(join(folder, 'small-'))
  const { stdout, stderr } = spawnSync('sh', args, { cwd, encoding: 'utf8' })
  return { stdout, stderr, cwd }
}

test('a disk that is full half-way through: what was there stays, the begun part goes', () => {
  const { stdout, stderr, cwd } = whereFilesStaySmall(`
    await writeWhole(file, 'before')
    await writeWhole(file, big).catch(said)`)
  assert.equal(stdout, 'cannot write out (--csv): the file would be too large (EFBIG)\n', stderr)
  assert.deepEqual(readdirSync(cwd), ['out'])
  assert.equal(readFileSync(join(cwd, 'out'), 'utf8'), 'before')
})

test('a growing file never ends in half a piece', () => {
  const { stdout, stderr, cwd } = whereFilesStaySmall(`
    const growing = new GrowingFile(file)
    await growing.begin('a,b\\r\\n')
    await growing.append(big).catch(said)
    await growing.append('1,2\\r\\n')
    await growing.close()`)
  assert.equal(stdout, 'cannot write out (--csv): the file would be too large (EFBIG)\n', stderr)
  assert.equal(readFileSync(join(cwd, 'out'), 'utf8'), 'a,b\r\n1,2\r\n')
})
