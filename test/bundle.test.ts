import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
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
  const made = await runKatydid(['bundle', 'shop.ts', '-o', 'shop.js'], { files })
  assert.deepEqual([made.exitCode, made.stdout], [0, ''], made.stderr)
  assert.match(made.stderr, /^shop\.js: [\d.]+ kB$/m)
  const bundle = readFileSync(join(made.dir, 'shop.js'), 'utf8')
  assert.ok(!bundle.includes(made.dir), 'no folder of the machine that made it')
  assert.ok(bundle.length < 6_000, `${bundle.length} bytes`)

  await using target = await startTarget()
  const run = await runKatydid(
    ['run', 'load.js', '-H', target.url, '-u', '4', '-r', '100', '-t', '2s', '--threshold', 'exceptions < 1000'],
    { files: { 'load.js': bundle, 'rows.txt': 'first\nsecond\n' } },
  )
  assertExit(run, 0)
  await assertTruth(run, target)
  for (const name of ['hello/small', 'row second', 'pay']) assert.ok(row(run, 'GET', name).requests > 0)
  assert.deepEqual(Object.keys(run.result.users.byClass).sort(), ['Browser', 'Buyer'])
  assert.match(run.result.exceptions[0]?.message ?? '', /TooFew: too few|too few/)
})

test('without --output it goes to standard output, and nothing else does', async () => {
  const made = await runKatydid(['bundle', 'shop.ts'], { files })
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stdout, /from"katydid"|from "katydid"/)
  assert.match(made.stderr, /^shop\.ts: /)
})

test('what cannot be bundled is told, and nothing is written', async () => {
  const native = {
    'node_modules/fast/package.json': '{ "name": "fast", "main": "i.js", "gypfile": true }',
    'node_modules/fast/i.js': 'exports.x = 1',
    'shop.ts':
      "import { x } from 'fast'\nimport { User } from 'katydid'\nexport class U extends User { static tasks = { go() { return x } } }",
  }
  for (const [more, text] of [
    [native, /fast cannot be part of a bundle: compiled code is in it/],
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
  assert.match(lost.stderr, /out\.js cannot be written: ENOENT/)
})

test('one too large for the chart is made, and told of', async () => {
  const text = `export const text = ${JSON.stringify('x'.repeat(500_000))}`
  const made = await runKatydid(['bundle', 'shop.ts', '-o', 'shop.js'], {
    files: {
      'text.ts': text,
      'shop.ts':
        "import { User } from 'katydid'\nimport { text } from './text.ts'\nexport class U extends User { static tasks = { go() { return text } } }",
    },
  })
  assert.equal(made.exitCode, 0)
  assert.match(made.stderr, /the chart takes no more than 430 KiB .* image, .* ConfigMaps .* volume/)
})
