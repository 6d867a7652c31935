import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { compile } from './compile.ts'
import { inlineFiles } from './inline-files.fixture.ts'
import { load } from './load.ts'

/** A zip archive of files that are stored as they are. */
function archive(files: Record<string, string>): Buffer {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const [path, text] of Object.entries(files)) {
    const [name, body] = [Buffer.from(path), Buffer.from(text)]
    const sizes = Buffer.alloc(26) // from "version needed" to "extra length", which local and central records share
    sizes.writeUInt16LE(20, 0)
    sizes.writeUInt32LE(crc32(body), 10)
    sizes.writeUInt32LE(body.length, 14)
    sizes.writeUInt32LE(body.length, 18)
    sizes.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), sizes, name, body])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), sizes, rest, name]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}

const dependencies = ['shout', 'whereabouts'].map((name) => [name, 'npm:1.0.0'])
const registry = {
  __info: [],
  dependencyTreeRoots: [{ name: 'project', reference: 'workspace:.' }],
  enableTopLevelFallback: true,
  ignorePatternData: null,
  fallbackExclusionList: [],
  fallbackPool: [],
  packageRegistryData: [
    [null, [[null, { packageLocation: './', packageDependencies: dependencies, linkType: 'SOFT' }]]],
    ...dependencies.map(([name]) => [
      name,
      [
        [
          'npm:1.0.0',
          {
            packageLocation: `./.yarn/cache/${name}.zip/node_modules/${name}/`,
            packageDependencies: [[name, 'npm:1.0.0']],
            linkType: 'HARD',
          },
        ],
      ],
    ]),
  ],
}

test('packages of Yarn PnP are read out of their archives, also such that ask where they are', async () => {
  const folder = inlineFiles({
    'package.json': '{ "name": "project" }',
    '.pnp.data.json': JSON.stringify(registry),
    'load.ts': `import { User, task } from 'katydid'
import shout from 'shout'
import { folder, loaded } from 'whereabouts'
export class Visitor extends User { @task async look() {} }
export const setup = () => [shout('hello'), folder, loaded, import.meta.dirname]
`,
  })
  const packages: Record<string, Record<string, string>> = {
    shout: { 'package.json': '{ "name": "shout" }', 'index.js': 'module.exports = (text) => text.toUpperCase()' },
    whereabouts: {
      'package.json': '{ "name": "whereabouts" }',
      'index.js': 'exports.folder = __dirname; exports.loaded = typeof require("node:fs").readFileSync',
    },
  }
  for (const [name, files] of Object.entries(packages)) {
    const path = join(folder, `.yarn/cache/${name}.zip`)
    mkdirSync(dirname(path), { recursive: true })
    const placed = Object.entries(files).map(([file, text]) => [`node_modules/${name}/${file}`, text])
    writeFileSync(path, archive(Object.fromEntries(placed)))
  }
  const { setup } = await load(await compile(join(folder, 'load.ts')))
  assert.deepEqual(await setup?.({} as never), ['HELLO', folder, 'function', folder])
  const portable = await compile(join(folder, 'load.ts'), { portable: true })
  assert.match(portable.code, /toUpperCase/)
})
