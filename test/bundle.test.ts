import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { assertExit, assertTruth, row } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const files = {
  'node_modules/polite/package.json': '{ "name": "polite", "version": "1.0.0", "main": "index.cjs" }',
  'node_modules/polite/index.cjs':
    "const { join } = require('node:path')\nmodule.exports.greet = (name) => join('hello', name)\n",
  'lib/paths.ts': "export const path = (what: string): string => '/' + what\n",
  'shop.ts': `
import { readFileSync } from 'node:fs'
import { constant, HttpUser, SequentialTaskSet, task } from 'katydid'
import { greet } from 'polite'
import { path } from './lib/paths.ts'
class TooFew extends Error {}
enum Kind { Small = 'small' }
const rows = readFileSync(new URL('rows.txt', import.meta.url), 'utf8').trim().split('\\n')
export class Browser extends HttpUser {
  waitTime = constant(0.02)
  @task(3) async readsAPage() { await this.client.get(path('json'), { name: greet(Kind.Small) }) }
  @task(1) async throwsSomething() {
    await this.client.get('/status/200/' + rows[0], { name: 'row ' + rows[1] })
    throw new TooFew('too few')
  }
}
export class Buyer extends HttpUser {
  waitTime = constant(0.02)
  @task Checkout = class extends SequentialTaskSet { @task async pay() { await this.client.get('/delay/5', { name: 'pay' }) } }
}
`,
}

test('a bundle runs where nothing of what it was made of is, and counts the same names', async () => {
  const made = await runKatydid(['bundle', 'shop.ts', '-o', 'shop.bundle'], { files })
  assert.deepEqual([made.exitCode, made.stdout], [0, ''], made.stderr)
  assert.match(made.stderr, /^shop\.bundle: [\d.]+ KiB compressed \([\d.]+ KiB of JavaScript\)$/m)
  const bundle = readFileSync(join(made.dir, 'shop.bundle'), 'utf8')
  const code = gunzipSync(Buffer.from(bundle, 'base64')).toString()
  assert.ok(!code.includes(made.dir), 'no folder of the machine that made it')
  assert.ok(code.length < 6_000 && bundle.length < 3_000, `${code.length} and ${bundle.length} bytes`)

  await using target = await startTarget()
  const run = await runKatydid(
    ['run', 'load.x', '-H', target.url, '-u', '4', '-r', '100', '-t', '2s', '--threshold', 'exceptions < 1000'],
    { files: { 'load.x': bundle, 'rows.txt': 'first\nsecond\n' } },
  )
  assertExit(run, 0)
  await assertTruth(run, target)
  for (const name of ['hello/small', 'row second', 'pay']) assert.ok(row(run, 'GET', name).requests > 0)
  assert.deepEqual(Object.keys(run.result.users.byClass).sort(), ['Browser', 'Buyer'])
  assert.match(run.result.exceptions[0]?.message ?? '', /TooFew: too few|too few/)
})

test('without --output it goes to standard output, and nothing else does', async () => {
  const made = await runKatydid(['bundle', 'shop.ts', '--plain'], { files })
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stdout, /from"katydid"|from "katydid"/)
  assert.match(made.stderr, /^shop\.ts: [\d.]+ KiB of JavaScript$/m)
})

test('plan, --processes and bundle take a bundle as they take the load file', async () => {
  const made = await runKatydid(['bundle', 'shop.ts'], { files })
  const own = { files: { 'load.js': made.stdout, 'rows.txt': 'first\nsecond\n' } }
  const planned = await runKatydid(['plan', 'load.js', 'Nobody', '-u', '5', '-t', '1m'], own)
  assert.match(planned.stderr, /load\.js has no user class Nobody\n.*use one of Browser, Buyer/)
  const again = await runKatydid(['bundle', 'load.js', '--plain'], own)
  assert.match(again.stdout, /from"katydid"/, again.stderr)

  await using target = await startTarget()
  const args = ['-H', target.url, '-u', '4', '-r', '100', '-t', '2s', '--threshold', 'exceptions < 1000']
  const run = await runKatydid(['run', 'load.js', '--processes', '2', ...args], own)
  assertExit(run, 0)
  await assertTruth(run, target)
})

test('what cannot be bundled is told, and nothing is written', async () => {
  const native = {
    'node_modules/fast/package.json': '{ "name": "fast", "main": "i.js", "gypfile": true }',
    'node_modules/fast/i.js': 'exports.x = 1',
    'shop.ts':
      "import { x } from 'fast'\nimport { User } from 'katydid'\nexport class U extends User { static tasks = { go() { return x } } }",
  }
  for (const [more, text] of [
    [native, /fast cannot be part of a bundle: it contains compiled code/],
    [{ 'shop.ts': 'export class {' }, /shop\.ts:1:/],
    [{}, /shop\.ts/],
  ] as const) {
    const { exitCode, stdout, stderr, dir } = await runKatydid(['bundle', 'shop.ts', '-o', 'out.js'], { files: more })
    assert.deepEqual([exitCode, stdout], [2, ''])
    assert.match(stderr, text)
    assert.doesNotMatch(stderr, /internal error|\n +at /)
    assert.equal(existsSync(join(dir, 'out.js')), false)
  }
  const lost = await runKatydid(['bundle', 'shop.ts', '-o', 'no/such/folder/out.js'], { files })
  assert.equal(lost.exitCode, 2)
  assert.match(lost.stderr, /cannot write .*out\.js: ENOENT/)
})

test('one too large for the chart is made, and what to do is told', async () => {
  const bundled = (text: string, ...args: string[]) =>
    runKatydid(['bundle', 'shop.ts', '-o', 'out', ...args], {
      files: {
        'text.ts': `export const text = '${text}'`,
        'shop.ts':
          "import { User } from 'katydid'\nimport { text } from './text.ts'\nexport class U extends User { static tasks = { go() { return text } } }",
      },
    })
  const limit = 'KiB is more than the limit of 430 KiB for loadFile.content of the chart'
  const repeated = 'x'.repeat(500_000)
  const plain = await bundled(repeated, '--plain')
  assert.equal(plain.exitCode, 0)
  assert.ok(plain.stderr.includes(`${limit}: remove --plain`), plain.stderr)
  const packed = await bundled(repeated)
  assert.equal(packed.exitCode, 0)
  assert.ok(!packed.stderr.includes(limit), packed.stderr)
  const random = await bundled(randomBytes(400_000).toString('base64'))
  assert.equal(random.exitCode, 0)
  assert.ok(random.stderr.includes(`${limit}: put the file into an image`), random.stderr)
  assert.match(random.stderr, /loadFile\.configMaps.*volume/)
})

test('a damaged bundle is told in a sentence', async () => {
  const { stdout: bundle } = await runKatydid(['bundle', 'shop.ts'], { files })
  const middle = bundle.length >> 1
  for (const [content, how] of [
    [bundle.slice(0, middle), 'its end is missing'],
    [`${bundle.slice(0, middle)}AAAAAAAA${bundle.slice(middle + 8)}`, 'its content was changed'],
    [`${bundle.slice(0, middle)}…${bundle.slice(middle)}`, 'it contains a character that base64 does not have'],
  ] as const) {
    const { exitCode, stderr } = await runKatydid(['run', 'load.js', '-t', '1s'], { files: { 'load.js': content } })
    assert.equal(exitCode, 2)
    assert.match(stderr, new RegExp(`^katydid: The load file load\\.js is a damaged bundle: ${how}$`, 'm'))
    assert.match(stderr, /create it again \(katydid bundle shop\.ts -o shop\.bundle\)/)
    assert.doesNotMatch(stderr, /internal error|\n +at /)
  }
})
