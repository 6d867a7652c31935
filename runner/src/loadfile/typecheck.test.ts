import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fixture, inlineFiles } from './inline-files.fixture.ts'
import { typecheck } from './typecheck.ts'

const correct = `import { between, HttpUser, parameters, task } from 'katydid'
export const params = parameters({ tenant: 'blue', rows: 10 })
export class Shopper extends HttpUser {
  waitTime = between(1, 2)
  @task async browse() {
    using products = await this.client.get('/' + params.tenant + params.rows.toFixed(0), { catchResponse: true })
    if (products.status !== 200) products.failure('no products')
  }
}
`

test('a correct load file passes, with and without a tsconfig of its own', async () => {
  await typecheck(join(inlineFiles({ 'shop.ts': correct }), 'shop.ts'))
  const folder = inlineFiles({
    'shop.ts': `import { x } from '@/x'\nexport const y: number = x\n${correct}`,
    'lib/x.ts': 'export const x = 1',
    'tsconfig.json': `{ "compilerOptions": { "strict": true, "experimentalDecorators": true, "target": "ES2022",
      "lib": ["ES2023", "ESNext.Disposable", "ESNext.Decorators"], "module": "NodeNext", "paths": { "@/*": ["./lib/*"] } } }`,
  })
  await typecheck(join(folder, 'shop.ts'))
})

test('type errors are told at their lines, in whatever file', async () => {
  const folder = inlineFiles({
    'shop.ts': `import { x } from './x.ts'\nconst y: string = x\nexport const z = y.nothing\n${correct}`,
    'x.ts': "export const x: number = 'one'",
  })
  await assert.rejects(typecheck(join(folder, 'shop.ts')), (error: { message: string; hint: string; code: string }) => {
    assert.equal(error.code, 'LOAD_FILE')
    assert.equal(error.message, `3 type errors in ${folder}/shop.ts`)
    const lines = error.hint.replaceAll(folder, '<dir>').split('\n')
    assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), [
      '<dir>/shop.ts:2:7:',
      '<dir>/shop.ts:3:20:',
      '<dir>/x.ts:1:14:',
    ])
    return true
  })
})

test("one mistake is the sentence: here the design's example, which leaves a type to be declared", async () => {
  const message = /^Type error: .*design\.ts:8:35: TS2304: Cannot find name 'Product'\.$/
  await assert.rejects(typecheck(fixture('design.ts')), { message })
})

test('the TypeScript beside the load file goes before ours', async () => {
  const folder = inlineFiles({
    'shop.ts': correct,
    'node_modules/typescript/package.json':
      '{ "name": "typescript", "version": "5.0.0", "bin": { "tsc": "./bin/tsc" } }',
    'node_modules/typescript/bin/tsc':
      "console.log(process.argv.includes('--noEmit') ? 'shop.ts(1,2): error TS1: theirs' : '{}')",
  })
  await assert.rejects(typecheck(join(folder, 'shop.ts')), { message: /^Type error: .*shop\.ts:1:2: TS1: theirs$/ })
})

test('a tsconfig that TypeScript refuses is told', async () => {
  const folder = inlineFiles({ 'shop.ts': correct, 'tsconfig.json': '{ "extends": "./nowhere.json" }' })
  await assert.rejects(typecheck(join(folder, 'shop.ts')), {
    code: 'LOAD_FILE',
    message: /Cannot read file '.*nowhere\.json'/,
  })
})

test('node_modules may be a link, as workspaces have it', async () => {
  const folder = inlineFiles({ 'shop.ts': correct })
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'))
  await typecheck(join(folder, 'shop.ts'))
})

test('a TypeScript that dies is no clean bill', async () => {
  const folder = inlineFiles({
    'shop.ts': correct,
    'node_modules/typescript/package.json': '{ "name": "typescript", "bin": { "tsc": "./tsc.js" } }',
    'node_modules/typescript/tsc.js': "console.error('out of memory'); process.exitCode = 3",
  })
  await assert.rejects(typecheck(join(folder, 'shop.ts')), {
    message: 'TypeScript failed with exit code 3',
    hint: 'out of memory',
  })
})
