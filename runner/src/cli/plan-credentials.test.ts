import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planOf } from '../outputs/run.fixture.ts'
import { splitCredentials } from './plan-credentials.ts'

const cases: [host: string | undefined, proxy: string | undefined][] = [
  ['http://bob:hunter2@shop', undefined],
  ['https://token@shop:8443/base', 'http://proxy:3128'],
  ['http://shop', 'http://pu:p%40ss@proxy:3128'],
  ['http://a:b:c@shop', 'socks5://u:p@proxy'],
]
for (const [host, proxy] of cases)
  test(`host ${host}, proxy ${proxy}: what is secret is apart from the plan`, () => {
    const plan = { ...planOf(), host, http: { ...planOf().http, proxy } }
    const split = splitCredentials(plan)
    assert.doesNotMatch(JSON.stringify(split.plan), /@|hunter2|token|p%40ss/)
    assert.equal(split.credentials?.host ?? split.plan.host, host)
    assert.equal(split.credentials?.proxy ?? split.plan.http.proxy, proxy)
  })

test('a plan without any is the same plan', () => {
  const plan = { ...planOf(), host: 'http://shop/a@b' }
  assert.deepEqual(splitCredentials(plan), { plan })
})
