import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { long, majorOf, Release } from './release.ts'

const twenty = { load: { profile: { runTime: '25s' } } }

describe('what goes wrong never ends in exit 0', { concurrency: 4 }, () => {
  test('a worker deleted mid-run leaves in order, is replaced, and the finding says what was below plan', async () => {
    await using release = await Release.create()
    const install = release.begin([twenty])
    await release.running()
    const [first] = await release.pods('workers')
    await release.kubectl('delete', 'pod', first?.metadata.name ?? '', '--wait=false')
    const { text } = await install.done
    const result = await release.result()
    assert.ok(
      result.events.some(({ kind }) => kind === 'worker_lost' || kind === 'worker_left'),
      JSON.stringify(result.events),
    )
    assert.match(text, /worker shop-workers-\d\S* has left, with 3 users/)
    assert.match(text, /user-seconds missing through lost workers ≤ 1 %: [\d.]+ % \([\d.,]+ of [\d.,]+\)/)
    assert.equal(await release.counted(), await release.reported(), text)
    assert.equal(result.workers.length, 3, 'two, and the one that came back')
  })

  test('an evicted worker is replaced', async () => {
    await using release = await Release.create()
    const install = release.begin([twenty])
    await release.running()
    const [first] = await release.pods('workers')
    await release.evict(first)
    const { text } = await install.done
    assert.equal((await release.result()).workers.length, 3, text)
    assert.match(text, /worker shop-workers-\d\S* has left, with 3 users/)
    assert.equal(await release.counted(), await release.reported())
  })

  test('a master that is killed: workers stop loading within 15 s, Helm fails', async () => {
    await using release = await Release.create()
    const install = release.begin([{ ...long, workers: { maxWait: '20s' } }])
    await release.running()
    await release.kubectl('delete', 'pod', '-l', 'app.kubernetes.io/component=master', '--force', '--grace-period=0')
    await release.until('no load', async () => !(await release.isLoaded()), 15_000)
    const { exitCode, text } = await install.done
    assert.equal(exitCode, 1, text)
  })

  for (const helm of ['helm', 'helm4'])
    test(`${helm}: a workers’ Job deleted mid-run`, async () => {
      await using release = await Release.create({ helm })
      // Helm 4 waits for a Job that is gone as long as it may
      const install = release.begin([long], majorOf(helm) === 4 ? ['--timeout', '45s'] : [])
      await release.running()
      await release.kubectl('delete', 'job', `${release.name}-workers`, '--wait=false')
      const { exitCode, text } = await install.done
      assert.equal(exitCode, 1, text)
      assert.match((await release.verdict()).summary, /^BROKEN — /)
    })

  test('workers that cannot be scheduled: broken after maxWait', async () => {
    await using release = await Release.create()
    const values = { workers: { maxWait: '10s' }, pods: { workers: { nodeSelector: { nowhere: 'yes' } } } }
    const { exitCode, text, tookMs } = await release.install([values])
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < 70_000, `${tookMs} ms`)
    assert.match((await release.verdict()).summary, /^BROKEN — .*0 of 2 expected workers/)
  })

  test('a quota that refuses one of two workers: broken after maxWait, naming who is missing', async () => {
    await using release = await Release.create()
    const hard = { pods: '3' } // shop, master, one worker
    await release.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'few', namespace: release.namespace },
      spec: { hard },
    })
    const { exitCode, text } = await release.install([{ workers: { maxWait: '10s' } }])
    assert.equal(exitCode, 1, text)
    assert.match(
      (await release.verdict()).summary,
      /^BROKEN — .*1 of 2 expected workers .* missing are shop-workers-\d/,
    )
  })

  test('a load file that is not there: at once, and Helm prints why', async () => {
    await using release = await Release.create()
    const { exitCode, text, tookMs } = await release.install([{ load: { file: 'examples/nothing.ts' } }])
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < 40_000, `${tookMs} ms`)
    assert.match(`${text}${await release.kubectl('logs', '-l', 'app.kubernetes.io/component=workers')}`, /nothing\.ts/)
  })

  test('a load file that does not compile: at once, with its line', async () => {
    await using release = await Release.create()
    const metadata = { name: 'mine', namespace: release.namespace }
    const data = { 'load.ts': "import { HttpUser } from 'katydid'\nexport class One extends HttpUser {{\n" }
    await release.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
    const file = { load: { file: '/etc/katydid/load/load.ts' }, loadFile: { configMaps: ['mine'] } }
    const { exitCode, text, tookMs } = await release.install([file])
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < 40_000, `${tookMs} ms`)
    assert.match((await release.verdict()).summary, /^BROKEN — .*load\.ts:2:\d+/s)
  })

  test('no host anywhere: at once, with what to say', async () => {
    await using release = await Release.create()
    const { exitCode, text, tookMs } = await release.install([{ demoTarget: { enabled: false } }])
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < 40_000, `${tookMs} ms`)
    assert.match((await release.verdict()).summary, /^BROKEN — .*no host for Shopper/)
  })

  test('a host that cannot be resolved: failed or broken, and the error is in the summary', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install([{ load: { host: 'http://no-such-host.example' } }])
    assert.equal(exitCode, 1, text)
    assert.match(text, /ENOTFOUND|not resolved|EAI_AGAIN/)
  })

  test('a threshold on a request that never ran', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install([{ load: { thresholds: ['GET /never: p95 < 1s'] } }])
    assert.equal(exitCode, 1, text)
    assert.match(text, /GET \/never/)
  })

  test('workers with another cluster key do not join: broken after maxWait', async () => {
    await using release = await Release.create()
    const extraEnv = [{ name: 'KATYDID_CLUSTER_KEY', value: 'another-key-than-the-master-has-0123456789' }]
    const { exitCode, text } = await release.install([{ workers: { maxWait: '10s' }, pods: { workers: { extraEnv } } }])
    assert.equal(exitCode, 1, text)
    assert.match((await release.verdict()).summary, /^BROKEN — .*0 of 2 expected workers/)
  })
})
