import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadInline } from '../loadfile/inline-files.fixture.ts'
import { planOf } from '../plan/plan.fixture.ts'
import { spawnExtras } from './spawn-extras.ts'

const file = `import { parameters, secret, User } from 'katydid'
export const params = parameters({ tenant: 'blue', many: 3, on: true, token: secret('TOKEN'), tags: 'mine', host: 'mine' })
export class U extends User { static tasks = { t: 1 }; t() {} }
`

test('Python workers get the parameters, never a secret, and what Locust itself means by a name', async () => {
  process.env.TOKEN = 'hush'
  const loadFile = await loadInline({ 'load.ts': file })
  const plan = planOf({ files: ['load: { file: load.ts, host: "http://shop", stopTimeout: 3s, tags: [smoke] }'] })
  const { host, stopTimeoutS, parsedOptions } = spawnExtras(plan, loadFile)
  assert.deepEqual([host, stopTimeoutS], ['http://shop', 3])
  assert.deepEqual(parsedOptions, {
    tenant: 'blue',
    many: 3,
    on: true,
    tags: ['smoke'],
    host: 'http://shop',
    exclude_tags: null,
    expect_workers: 1,
    stop_timeout: 3,
  })
})
