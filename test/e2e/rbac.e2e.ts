import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Release, soonMs } from './release.ts'

/** A run whose deadline nobody wants to wait for. */
const allowed = {
  rbac: { create: true },
  workers: { maxWait: '10s' },
  load: { profile: { runTime: '10m' } },
  helmTimeout: '15m',
}
const hungry = `
import { constant, HttpUser } from 'katydid'
const held: Buffer[] = []
export class Hungry extends HttpUser {
  waitTime = constant(0.1)
  static tasks = [async (user: Hungry) => {
    if (user.environment.workerIndex === 0) held.push(Buffer.alloc(20_000_000, 1))
    await user.client.get('/products')
  }]
}
`

describe('a master that may look at its workers’ Job', { concurrency: 4 }, () => {
  for (const helm of ['helm', 'helm4'])
    test(`${helm}: workers that no node takes: Helm prints the verdict, with the reason, soon after maxWait`, async () => {
      await using release = await Release.create({ helm })
      const { exitCode, text, tookMs } = await release.install(
        [allowed, { pods: { workers: { nodeSelector: { nowhere: 'yes' } } } }],
        ['--timeout', '15m'],
      )
      assert.equal(exitCode, 1, text)
      assert.ok(tookMs < soonMs, `${tookMs} ms`)
      assert.match(text, /BROKEN — .*0 of 2 expected workers/)
      assert.match(text, /shop-workers-0, shop-workers-1: cannot be scheduled: 0\/1 nodes are available/)
    })

  test('a ConfigMap that is not there', async () => {
    await using release = await Release.create()
    const { exitCode, text, tookMs } = await release.install(
      [allowed, { workers: { engine: 'locust' }, locust: { image: 'locust:e2e', configMap: 'mine' } }],
      ['--timeout', '15m'],
    )
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
    assert.match(text, /shop-workers-0, shop-workers-1: FailedMount: .*configmap "mine" not found/)
  })

  test('a quota', async () => {
    await using release = await Release.create()
    await release.quota('few', { pods: '3' }) // shop, master, one worker
    const { exitCode, text, tookMs } = await release.install([allowed], ['--timeout', '15m'])
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
    assert.match(text, /BROKEN — .*1 of 2 expected workers/)
    assert.match(text, /shop-workers could not create a pod: .*exceeded quota: few/)
  })

  test('a worker that took too much memory', async () => {
    await using release = await Release.create()
    await release.configMap('mine', { 'load.ts': hungry })
    const { exitCode, text } = await release.install([
      { rbac: { create: true }, loadFile: { configMaps: ['mine'] }, workers: { maxWait: '20s' } },
      { load: { file: '/etc/katydid/load/load.ts', profile: { runTime: '20s' } } },
      { pods: { workers: { resources: { limits: { memory: '256Mi' } } } } },
    ])
    assert.equal(exitCode, 1, text)
    assert.match((await release.verdict()).summary, /shop-workers-\d( \(\d times\))?: OOMKilled/)
  })
})
