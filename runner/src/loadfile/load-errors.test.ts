import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { KatydidError } from '../errors.ts'
import { compile } from './compile.ts'
import { aUser, inlineFiles } from './inline-files.fixture.ts'
import { load } from './load.ts'

interface Mistake {
  files: Record<string, string>
  /** The whole sentence; `<dir>` stands for the folder. */
  message: string
  hint: string
}

/** What the command line would print of each; the first file is the load file. */
const mistakes: Record<string, Mistake> = {
  'a syntax error': {
    files: { 'bad.ts': 'const a = 1\n\tconst b = = 2\n' },
    message: '<dir>/bad.ts:2:12: Unexpected "="',
    hint: '2 | \tconst b = = 2\n  | \t          ^',
  },
  'a syntax error on the first line of a file that asks where it is': {
    files: { 'bad.ts': 'const é = import.meta.url, b = = 2\n' },
    message: '<dir>/bad.ts:1:32: Unexpected "="',
    hint: '1 | const é = import.meta.url, b = = 2\n  |                                ^',
  },
  'several mistakes, in several files': {
    files: { 'bad.ts': "import './lib'\nconst a = 1\nconst a = 2\n", 'lib.ts': 'export const x: = 3' },
    message: '<dir>/bad.ts:3:7: The symbol "a" has already been declared',
    hint: '3 | const a = 2\n  |       ^\n<dir>/lib.ts:1:17: Unexpected "="\n1 | export const x: = 3\n  |                 ^',
  },
  'a package that is not installed': {
    files: { 'bad.ts': "import fake from 'faker'\nexport const a = fake\n" },
    message: '<dir>/bad.ts:1:18: Cannot find the package faker',
    hint: "1 | import fake from 'faker'\n  |                  ^^^^^^^\ninstall it in the folder of the load file (npm install faker), or add it to paths in tsconfig.json",
  },
  'a file that is not there': {
    files: { 'bad.ts': "import './users'\n" },
    message: '<dir>/bad.ts:1:8: Could not resolve "./users"',
    hint: "1 | import './users'\n  |        ^^^^^^^^^\nthe path is relative to the file that imports it",
  },
  'a name that katydid does not have': {
    files: {
      'bad.ts':
        "import { task } from 'katydid'\nimport { HttpUsr } from 'katydid'\nexport class A extends HttpUsr {}\n",
    },
    message: '<dir>/bad.ts:2:10: katydid has no export HttpUsr',
    hint: "2 | import { HttpUsr } from 'katydid'\n  |          ^\ndid you mean HttpUser?",
  },
  'an error at the top': {
    files: { 'bad.ts': "interface A { a: 1 }\n\nthrow new RangeError('too far')\n" },
    message: '<dir>/bad.ts:3:7: RangeError: too far',
    hint: "3 | throw new RangeError('too far')\n  |       ^",
  },
  'an error in another file': {
    files: {
      'bad.ts': "import { f } from './lib'\n\nexport const a = f(null)\n",
      'lib.ts': 'enum E { A }\nexport const f = (x: any) =>\n  x.y + E.A\n',
    },
    message: "<dir>/lib.ts:3:5: TypeError: Cannot read properties of null (reading 'y')",
    hint: '3 |   x.y + E.A\n  |     ^\ncalled from <dir>/bad.ts:3:18',
  },
  'an error after an await': {
    files: { 'bad.ts': "await null\nasync function f() {\n  await null\n  throw new Error('late')\n}\nawait f()\n" },
    message: '<dir>/bad.ts:4:9: Error: late',
    hint: "4 |   throw new Error('late')\n  |         ^\ncalled from <dir>/bad.ts:6:1",
  },
  'an error in a package': {
    files: {
      'bad.ts': "import f from 'f'\n\nf()\n",
      'node_modules/f/index.js': "module.exports = () => { throw new Error('inside') }",
    },
    message: '<dir>/bad.ts:3:1: Error: inside',
    hint: '3 | f()\n  | ^',
  },
  'no error at all but something thrown': {
    files: { 'bad.ts': "throw 'a text'" },
    message: '<dir>/bad.ts: the load file threw while it was loaded: a text',
    hint: '',
  },
  'a regular expression that only V8 refuses': {
    files: { 'bad.ts': 'interface A { a: 1 }\nexport const a = 1\n\nexport const b = /(?<n>a)(?<n>b)/\n' },
    message: '<dir>/bad.ts:4:18: Invalid regular expression: /(?<n>a)(?<n>b)/: Duplicate capture group name',
    hint: '4 | export const b = /(?<n>a)(?<n>b)/\n  |                  ^',
  },
  'a feed that is not there': {
    files: { 'bad.ts': "import { feed } from 'katydid'\n\nconst rows = feed('users.csv')\n" },
    message: 'The feed users.csv does not exist',
    hint: 'katydid looked for <dir>/users.csv: paths are relative to the load file\nat <dir>/bad.ts:3:14',
  },
  'no users': {
    files: {
      'bad.ts': `import { HttpUser, task } from 'katydid'
class Hidden extends HttpUser { @task async t() {} }
export class Base extends HttpUser { static abstract = true; @task async t() {} }
export class Idle extends HttpUser {}
export class Other {}
export const rows = [], count = 1
`,
    },
    message: 'No user class in <dir>/bad.ts',
    hint: `Base: a user class with static abstract = true: it is only a base class
Idle: a user class without tasks (mark methods with @task, or set static tasks)
Other: a class that does not extend User
count: a number
rows: an object
Hidden: a class that is not exported
export a class that extends User and has tasks: export class Shopper extends HttpUser { @task async browse() { … } }`,
  },
  'an empty file': {
    files: { 'bad.ts': '' },
    message: 'No user class in <dir>/bad.ts',
    hint: 'it exports nothing\nexport a class that extends User and has tasks: export class Shopper extends HttpUser { @task async browse() { … } }',
  },
}

const place = 'name a TypeScript or JavaScript file that exports user classes: katydid run shop.ts'

describe('a mistake in a load file, at its line in the user file', () => {
  for (const [name, { files, message, hint }] of Object.entries(mistakes))
    test(name, async () => {
      const folder = inlineFiles(files)
      const error = await told(join(folder, Object.keys(files)[0] as string))
      assert.equal(error.message.replaceAll(folder, '<dir>'), message)
      assert.equal((error.hint ?? '').replaceAll(folder, '<dir>'), hint)
      const said = hint.split('\n').filter((line) => !/^\s*\d* \|/.test(line))
      assert.equal((error.shortHint ?? '').replaceAll(folder, '<dir>'), said.join('\n'))
    })

  test('a missing file, a directory, a file that may not be read', async (t) => {
    const folder = inlineFiles({ 'shop.ts': aUser })
    const missing = await told(join(folder, 'nowhere.ts'))
    assert.equal(missing.message, `The load file ${folder}/nowhere.ts does not exist`)
    assert.equal(missing.hint, place)
    assert.equal((await told(folder)).message, `The load file ${folder} is a directory`)
    assert.equal((await told('/dev/null')).message, 'The load file /dev/null is a pipe or a device')
    if (process.getuid?.() === 0) return t.diagnostic('root may read everything: the third is not tested')
    chmodSync(join(folder, 'shop.ts'), 0)
    assert.equal(
      (await told(join(folder, 'shop.ts'))).message,
      `The load file ${folder}/shop.ts cannot be read: permission denied`,
    )
  })
})

async function told(file: string): Promise<KatydidError> {
  try {
    await load(await compile(file))
  } catch (error) {
    assert.ok(error instanceof KatydidError, String((error as Error).stack))
    return error
  }
  return assert.fail('nothing was wrong')
}
