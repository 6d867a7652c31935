/** The npm package: packed as for npm, installed by three package managers, and used from there. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import manifest from '../runner/package.json' with { type: 'json' }
import * as katydid from '../runner/src/index.ts'
import { command, pack, succeeds, whyNoRegistry } from './package/pack.ts'
import { Place } from './package/place.ts'
import { temporaryFolder } from './run-katydid.ts'

const packed = await pack()
const offline = await whyNoRegistry()
const content = temporaryFolder()
await succeeds(['tar', '-xzf', packed.path, '--strip-components=1'], { cwd: content })

describe('what is packed', () => {
  test('all that package.json names, the licence, the documentation, the schemas and the examples', () => {
    const { bin, main, types, exports } = manifest
    const named = [bin.katydid, main, types, exports['.'].types, exports['.'].default].map((name) =>
      name.replace('./', ''),
    )
    const others = [
      'LICENSE',
      'README.md',
      'plan.schema.json',
      'result.schema.json',
      'examples/shop.ts',
      'examples/data/users.csv',
    ]
    for (const name of [...named, ...others]) assert.ok(packed.files.includes(name), `${name} is not in the package`)
    assert.deepEqual(Object.keys(exports['.']), ['types', 'default'])
  })

  test('no sources, no tests, no source maps, and no tsconfig.json that reaches out of the package', () => {
    const strange = /^src\/|\.map$|\.(test|fixture|contract|fuzz)\.|tsconfig\.json$/
    assert.deepEqual(
      packed.files.filter((name) => strange.test(name)),
      [],
    )
    const scripts = packed.files.filter((name) => name.endsWith('.js'))
    const mapped = scripts.filter((name) => /^\/\/# sourceMappingURL/m.test(readFileSync(join(content, name), 'utf8')))
    assert.deepEqual(mapped, [])
  })

  test('types of what a load file may use, and no others', () => {
    const types = packed.files.filter((name) => name.endsWith('.d.ts'))
    assert.ok(types.length > 20)
    assert.deepEqual(
      types.filter((name) => /\/(master|worker|transport|plan|cli|outputs|verdict)\//.test(name)),
      [],
    )
    const text = types.map((name) => readFileSync(join(content, name), 'utf8')).join('\n')
    assert.doesNotMatch(text, /@internal|from '[^.]|import\('/)
    // what the public types are made of is there, too, but nothing to call: such a thing is to be marked @internal
    const callable = [...text.matchAll(/^export declare (?:const|function) (\w+)/gm)].map(([, name]) => name as string)
    assert.deepEqual(
      callable.filter((name) => !(name in katydid) && name !== 'exitCodes'),
      [],
    )
  })
})

test('an old Node is told which one is needed, in one sentence', async () => {
  const old = join(content, 'old.cjs')
  writeFileSync(old, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.18.0' } })")
  const run = (...args: string[]) =>
    command([process.execPath, '--require', old, 'bin/katydid.cjs', ...args], { cwd: content })
  const { exitCode, stdout, stderr } = await run('plan', 'examples/shop.ts')
  assert.deepEqual([exitCode, stdout], [2, ''])
  assert.match(stderr, /^katydid needs Node\.js 22\.19 or newer, but this is Node\.js 22\.18\.0 \(.*\)\. Install .*\n$/)
  assert.equal((await run('worker')).exitCode, 1, 'a worker has crashed')
})

test('npx katydid runs the sources of a repository in which nothing was built', async () => {
  const { stdout } = await succeeds(['npx', '--no', '--', 'katydid', '--version'], {
    cwd: new URL('..', import.meta.url).pathname,
  })
  assert.equal(stdout.trim(), manifest.version)
})

describe('installed in an empty folder', { skip: offline }, () => {
  let place: Place
  before(async () => (place = await Place.open(packed)))
  after(() => place?.close())

  for (const name of ['npm', 'pnpm', 'yarn'] as const)
    test(`by ${name}: runs, plans, bundles and checks the types of an example`, () => place.works(name))
})
