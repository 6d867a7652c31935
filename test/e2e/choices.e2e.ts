import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Receiver } from './receiver.ts'
import { fails, Release } from './release.ts'

describe('what a release may say of its run', { concurrency: 3 }, () => {
  test('workers.processes: pods hold several workers, and all of them count', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install([{ workers: { count: 4, processes: 2 } }])
    assert.equal(exitCode, 0, text)
    const { workers } = await release.result()
    const hosts = workers.map(({ id }) => id.replace(/_.*/, '')).sort()
    assert.deepEqual(hosts, ['shop-workers-0', 'shop-workers-0', 'shop-workers-1', 'shop-workers-1'])
    assert.equal(await release.counted(), await release.reported())
  })

  test('run.enabled: false installs everything and loads nothing; true is a run', async () => {
    await using release = await Release.create()
    const idle = await release.install([{ run: { enabled: false } }])
    assert.equal(idle.exitCode, 0, idle.text)
    assert.equal((await release.kubectl('get', 'jobs', '-o', 'name')).trim(), '')
    assert.deepEqual(await release.pods('master'), [])
    assert.equal(await release.counted(), 0)
    const { exitCode, text } = await release.install()
    assert.equal(exitCode, 0, text)
    assert.equal(await release.counted(), await release.reported())
    assert.ok((await release.reported()) > 0)
  })

  test('notify.webhook: told before Helm returns, and its URL is shown nowhere', async () => {
    await using release = await Release.create()
    const chat = await Receiver.in(release, 'chat')
    await release.secret('hook', { url: 'http://chat/services/T000/B000/hush-hush-hush' })
    const notify = { webhook: { existingSecret: 'hook' }, outcomes: ['failed', 'broken'], link: 'https://ci.example/7' }
    const { exitCode, text } = await release.install([fails, { notify }])
    assert.equal(exitCode, 1, text)
    const [told, ...others] = await chat.received()
    assert.equal(others.length, 0)
    const { outcome, text: shown, link, findings } = JSON.parse(told!.body) as Record<string, unknown>
    assert.deepEqual([outcome, link], ['failed', 'https://ci.example/7'])
    assert.match(String(shown), new RegExp(`^${release.namespace}/shop: FAILED — .*p95 &lt; 1ms`))
    assert.match(JSON.stringify(findings), /p95 < 1ms/)
    const logs = await release.kubectl('logs', '-l', 'app.kubernetes.io/name=katydid', '--tail=-1', '--all-containers')
    const config = await release.kubectl('get', 'configmaps,deployments,jobs', '-o', 'json')
    assert.doesNotMatch(logs + text + config, /hush-hush/)
    assert.equal((await release.install([{ notify }])).exitCode, 0)
    assert.equal((await chat.received()).length, 1, 'nobody wanted to hear of a pass')
  })

  test('placement.spread: hard: two workers do not share a node', async () => {
    await using release = await Release.create()
    const nodes = (await release.kubectl('get', 'nodes', '-o', 'name')).trim().split('\n').length
    const { exitCode, text } = await release.install([
      { placement: { spread: 'hard' }, workers: { count: nodes + 1, maxWait: '10s' }, rbac: { create: true } },
    ])
    assert.equal(exitCode, 1, text)
    assert.match(
      text,
      /shop-workers-\d: cannot be scheduled: .*anti-affinity|shop-workers-\d: cannot be scheduled: .*topology spread/,
    )
  })
})
