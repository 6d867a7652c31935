import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { tracebackOf } from '../environment/traceback.ts'
import * as katydid from '../index.ts'
import { declaredTasks } from '../tasks/declared-tasks.ts'
import type { UserClass } from '../tasks/user.ts'
import { compile } from './compile.ts'
import { aUser, fixture, inlineFiles, loadInline } from './inline-files.fixture.ts'
import { load } from './load.ts'

const names = (userClass: UserClass | undefined) =>
  declaredTasks(userClass as UserClass).map(({ name, weight }) => `${name} ${weight}`)
/** What a fixture exports as `seen`, read from the module that was just loaded. */
async function seenBy(files: Record<string, string>): Promise<Record<string, unknown>> {
  const { setup } = await loadInline(files)
  return (await setup?.({} as katydid.Environment)) as Record<string, unknown>
}

test('the example of the design, as it stands there', async () => {
  const { userClasses } = await load(await compile(fixture('design.ts')))
  const shopper = userClasses.get('Shopper')
  assert.deepEqual(names(shopper), ['browseAndAdd 1', 'details 2'])
  assert.ok(shopper?.prototype instanceof katydid.HttpUser)
})

test('a project: tsconfig with paths and experimental decorators, several files, enums, using, JSON, text, top-level await', async () => {
  const bundle = await compile(fixture('project/src/shop.ts'))
  const loadFile = await load(bundle)
  assert.deepEqual([...loadFile.userClasses.keys()].sort(), ['DefaultUser', 'Shopper'])
  const shopper = loadFile.userClasses.get('Shopper')
  assert.ok(shopper)
  assert.equal(shopper.name, 'Shopper')
  assert.equal(shopper.weight, 2)
  assert.deepEqual(names(shopper), ['inherited 1', 'cart 3'])
  await (shopper.prototype as unknown as { cart(): Promise<void> }).cart()
  const folder = dirname(bundle.file)
  assert.deepEqual(await loadFile.setup?.({ host: 'http://h' } as katydid.Environment), {
    host: 'http://h',
    started: 42,
    color: 'green',
    size: 'Large',
    rows: [{ id: 1 }],
    greeting: 'hello',
    besides: 'hello',
    opened: ['open cart', 'use cart', 'close cart'],
    url: pathToFileURL(bundle.file).href,
    folder,
    lib: { url: pathToFileURL(join(folder, 'lib/base.ts')).href, folder: join(folder, 'lib') },
    own: 4,
  })
  assert.equal(loadFile.teardown?.('data', {} as katydid.Environment), 'data')
  const inputs = bundle.inputs.map((path) => path.slice(dirname(bundle.file).length + 1)).sort()
  const libs = ['base.ts', 'enums.ts', 'greeting.txt', 'resource.ts', 'rows.json'].map((name) => `lib/${name}`)
  assert.deepEqual(inputs, [...libs, 'shop.ts'])
  assert.deepEqual(JSON.parse(JSON.stringify(bundle)), bundle, 'a bundle is plain data')
  assert.equal((await compile(fixture('project/src/shop.ts'))).hash, bundle.hash)
})

test('each file knows where it is, and paths relative to it hold', async () => {
  const files = {
    'shop.ts': `#!/usr/bin/env katydid
import { readFileSync } from 'node:fs'
import * as lib from './lib/where.ts'
import cjs from './lib/where.cjs'
const __dirname = 'its own'
export const setup = async () => ({
  own: [import.meta.url, import.meta.filename, import.meta.dirname, __dirname],
  lib: { ...lib },
  cjs,
  text: readFileSync(new URL('data.txt', import.meta.url), 'utf8'),
  dynamic: (await import('./lib/' + 'late.mjs')).default,
})
${aUser}`,
    'data.txt': 'data',
    'lib/where.ts': 'export const url = import.meta.url, dir = import.meta.dirname',
    'lib/where.cjs':
      "module.exports = { dir: __dirname, file: __filename, name: require('node:path').basename(__filename) }",
    'lib/late.mjs': "export default 'late'",
  }
  const folder = inlineFiles(files)
  const { setup } = await load(await compile(join(folder, 'shop.ts')))
  const shop = join(folder, 'shop.ts')
  const lib = join(folder, 'lib')
  assert.deepEqual(await setup?.({} as katydid.Environment), {
    own: [pathToFileURL(shop).href, shop, folder, 'its own'],
    lib: { url: pathToFileURL(join(lib, 'where.ts')).href, dir: lib },
    cjs: { dir: lib, file: join(lib, 'where.cjs'), name: 'where.cjs' },
    text: 'data',
    dynamic: 'late',
  })
})

test('npm packages: CommonJS that requires, ES modules, and one copy of katydid in all of them', async () => {
  const seen = await seenBy({
    'shop.ts': `import cjs from 'cjs'
import { word } from 'esm'
import { User, HttpUser } from 'katydid'
import { Extended, lazy } from 'katydid-plugin'
const require = 'a name of its own'
export const setup = async () => ({ cjs: cjs('x'), word, require, isUser: Extended.prototype instanceof User, User, lazy: (await lazy()).User })
export class U extends Extended { static tasks = { t: 1 }; async t() {} }
`,
    'node_modules/cjs/package.json': '{ "name": "cjs", "main": "main.js" }',
    'node_modules/cjs/main.js':
      "const path = require('path'); const other = require('./other'); module.exports = (x) => path.join(x, other.y)",
    'node_modules/cjs/other.js': "exports.y = 'y'",
    'node_modules/esm/package.json': '{ "name": "esm", "type": "module", "exports": "./index.js" }',
    'node_modules/esm/index.js': "export const word = 'esm'",
    'node_modules/katydid-plugin/package.json':
      '{ "name": "katydid-plugin", "type": "module", "exports": "./index.js" }',
    'node_modules/katydid-plugin/index.js':
      "import { HttpUser } from 'katydid'; export class Extended extends HttpUser {}; const name = 'katydid'; export const lazy = () => import(name)",
    'node_modules/katydid/package.json': '{ "name": "katydid", "exports": "./index.js" }',
    'node_modules/katydid/index.js': "throw new Error('a second copy')",
  })
  const { User, lazy, ...others } = seen
  assert.deepEqual(others, { cjs: join('x', 'y'), word: 'esm', require: 'a name of its own', isUser: true })
  assert.equal(User, katydid.User)
  assert.equal(lazy, katydid.User)
})

test('a package with compiled code stays outside, and is found from where it was imported', async () => {
  const seen = await seenBy({
    'shop.ts': `import { answer } from 'wrapper'\nexport const setup = () => ({ answer })\n${aUser}`,
    'node_modules/wrapper/package.json': '{ "name": "wrapper", "type": "module", "exports": "./index.js" }',
    'node_modules/wrapper/index.js': "import native from 'native'\nexport const answer = native.answer",
    // nested, as some package managers lay it out: not to be found from the load file
    'node_modules/wrapper/node_modules/native/package.json':
      '{ "name": "native", "gypfile": true, "main": "index.js" }',
    'node_modules/wrapper/node_modules/native/index.js': "exports.answer = __filename.endsWith('native/index.js')",
  })
  assert.deepEqual(seen, { answer: true })
})

test('shapes and abstract classes', async () => {
  const { shapes, userClasses } = await loadInline({
    'shop.ts': `${aUser}
import { LoadShape } from 'katydid'
export abstract class Base extends LoadShape { static abstract = true }
export class Day extends Base { tick() { return [1, 1] as const } }
export class Template extends HttpUser { static abstract = true; static tasks = { t: 1 }; async t() {} }
export class Concrete extends Template {}
export { Concrete as Alias }
`,
  })
  assert.deepEqual([...shapes.keys()], ['Day'])
  assert.deepEqual([...userClasses.keys()].sort(), ['Alias', 'Anybody'], 'a class exported twice is one')
})

test('stacks are in the user file, at its lines', async () => {
  const file = fixture('throws.ts')
  const { userClasses } = await load(await compile(file))
  const { prototype } = userClasses.get('Buyer') as unknown as { prototype: { buy(): Promise<void> } }
  const error = await prototype.buy().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof TypeError)
  const line =
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('// line 22')) + 1
  const frames = tracebackOf(error).traceback.split('\n')
  assert.match(frames[0] as string, new RegExp(`throws\\.ts:${line}:24\\)?$`))
  assert.match(frames[1] as string, /throws\.ts:17:5\)?$/)
  assert.equal(frames.length, 2, frames.join('\n'))
})

test('a hook that is no function is refused', async () => {
  await assert.rejects(loadInline({ 'shop.ts': `${aUser}\nexport const setup = { a: 1 }` }), {
    code: 'LOAD_FILE',
    message: 'The load file exports setup of type object, but setup must be a function',
  })
})

describe('CommonJS load files', () => {
  const visitor =
    "const { User } = require('katydid')\nclass Visitor extends User { async look() {} }\nVisitor.tasks = { look: 1 }\n"
  const forms: Record<string, string> = {
    'a list of exports': `${visitor}module.exports = { Visitor, setup() { return 5 } }`,
    'exports one by one': `${visitor}exports.Visitor = Visitor\nmodule.exports.setup = () => 5`,
    'what tsc makes of exports': `Object.defineProperty(exports, '__esModule', { value: true })
exports.Visitor = exports.setup = void 0
const katydid_1 = require('katydid')
class Visitor extends katydid_1.User { async look() {} }
exports.Visitor = Visitor
Visitor.tasks = { look: 1 }
exports.setup = async () => 5`,
    'exports that are re-exported': `${visitor}Object.defineProperty(exports, 'Visitor', { enumerable: true, get: () => Visitor })
exports.setup = function () { return 5 }`,
    'an object as an ES default': `import { User } from 'katydid'
class Visitor extends User { async look() {} static tasks = { look: 1 } }
export default { Visitor, setup: () => 5 }`,
  }
  for (const [form, source] of Object.entries(forms))
    for (const name of ['load.js', 'load.cjs'])
      test(`${form}, ${name}`, async () => {
        if (name === 'load.cjs' && source.startsWith('import')) return
        const { userClasses, setup } = await loadInline({ [name]: source })
        assert.deepEqual([...userClasses.keys()], ['Visitor'])
        assert.equal(await setup?.({} as never), 5)
      })

  test('one class as module.exports, and a library of the same kind beside it', async () => {
    const { userClasses } = await loadInline({
      'load.cjs':
        "const { User } = require('katydid')\nconst { look } = require('./lib.cjs')\nmodule.exports = class Visitor extends User { look() { look() } static tasks = { look: 1 } }",
      'lib.cjs': 'exports.look = () => {}',
    })
    assert.deepEqual([...userClasses.keys()], ['Visitor'])
  })

  test('words of other tools are refused there, too', async () => {
    await assert.rejects(loadInline({ 'load.js': `${visitor}module.exports = { Visitor, options: { vus: 5 } }` }), {
      message: /export options with vus is for k6/,
    })
  })
})
