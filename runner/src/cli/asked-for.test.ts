import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Asked, askedFor } from './asked-for.ts'

const folder = mkdtempSync(join(tmpdir(), 'asked-'))
after(() => rmSync(folder, { recursive: true }))

const files: Record<string, string> = {
  'shop.ts':
    "import { steps } from './lib/steps.ts'\nimport data from './data.json'\nexport const all = [steps, data]\n",
  'lib/steps.ts': "export { steps } from './deep.ts'\n",
  'lib/deep.ts': 'export const steps = 3\n',
  'data.json': '{"rows": 3}',
  'v.yaml': 'load: { profile: { kind: constant, users: 5, runTime: 5s } }\n',
}
mkdirSync(join(folder, 'lib'))
const write = (name: string, text = files[name] as string) => writeFileSync(join(folder, name), text)
for (const name of Object.keys(files)) write(name)

const secret = 'hunter2-of-the-target'
const mark = (more: Partial<Asked> = {}, env: Record<string, string> = {}) =>
  askedFor({
    flags: { file: join(folder, 'shop.ts'), host: `http://me:${secret}@shop.test` },
    values: [join(folder, 'v.yaml')],
    system: { env, cwd: () => folder },
    ...more,
  })

test('the cluster key matters: each installation of the chart has its own', async () => {
  const [none, one, other] = await Promise.all(
    ['', 'one', 'other'].map((key) => mark({}, { KATYDID_CLUSTER_KEY: key })),
  )
  assert.equal(new Set([none, one, other]).size, 3)
})

test('the same is the same, however it was said; variables that are no part of a plan do not matter', async () => {
  const first = await mark()
  assert.match(first, /^[0-9a-f]{64}$/)
  assert.equal(await mark({}, { KATYDID_JOB: 'w-2', KATYDID_CLUSTER_KEY: '', PATH: '/elsewhere' }), first)
  write('v.yaml', `# a word about it\n${files['v.yaml']}`)
  assert.equal(await mark(), first)
  write('v.yaml')
})

test('another variable, file or import is another run', async () => {
  const first = await mark()
  for (const env of [{ KATYDID_USERS: '6' }, { KATYDID_PARAMS: 'tenant=red' }, { LOCUST_RUN_TIME: '6s' }])
    assert.notEqual(await mark({}, env), first, JSON.stringify(env))
  for (const [name, changed] of [
    ['shop.ts', `${files['shop.ts']}// more\n`],
    ['lib/deep.ts', 'export const steps = 4\n'],
    ['data.json', '{"rows": 4}'],
    ['v.yaml', 'load: { profile: { kind: constant, users: 6, runTime: 5s } }\n'],
    ['lib/steps.ts', "export { steps } from './gone.ts'\n"],
  ] as const) {
    write(name, changed)
    assert.notEqual(await mark(), first, name)
    write(name)
  }
  const flags = { file: join(folder, 'shop.ts'), host: 'http://me:other@shop.test' }
  assert.notEqual(await mark({ flags }), first)
})

test('what no plan can be made of has a mark, too', async () => {
  const flags = { file: join(folder, 'shop.ts'), users: 'many' }
  const first = await mark({ flags })
  assert.equal(await mark({ flags }), first)
  assert.notEqual(await mark({ flags }, { KATYDID_SPAWN_RATE: '3/s' }), first)
  write('v.yaml', 'load: {}\n')
  assert.notEqual(await mark({ flags }), first)
  write('v.yaml')
  assert.notEqual(await mark({ flags: { file: join(folder, 'none.ts') } }), await mark({ flags: {} }))
})
