import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { output } from './command.ts'
import { Receiver } from './receiver.ts'
import { long, Release } from './release.ts'
import { folderOnNode, kept, withVolume } from './volume.ts'

describe('results', { concurrency: 3 }, () => {
  test('on a volume: of a master whose pod is lost the next one serves all that was measured, and loads nothing', async () => {
    await using release = await withVolume()
    const install = release.begin([long, kept()])
    await release.running()
    await sleep(6_000)
    await release.kubectl('delete', 'pod', '-l', 'app.kubernetes.io/component=master', '--wait=false')
    const { exitCode, text } = await install.done
    assert.equal(exitCode, 1, text)
    await release.until('the next master says how it ended', async () => (await release.state()) === 'broken')
    const { summary } = await release.verdict()
    assert.match(summary, /^BROKEN — .*interrupted by SIGTERM before its load was over/)
    assert.equal(await release.counted(), await release.reported())
    assert.equal(await release.isLoaded(), false)
  })

  test('on a volume: the next revision and the next installation are runs of their own, and with an old runId no pass', async () => {
    await using release = await withVolume()
    const uninstall = async () =>
      assert.equal((await release.helm(['uninstall', release.name, '--wait']).done).exitCode, 0)
    const old = kept({ runId: 'one' })
    const first = await release.install([old])
    assert.equal(first.exitCode, 0, first.text)
    await uninstall()
    const again = await release.install([old])
    assert.equal(again.exitCode, 1, 'the run of the first installation is not one of the second')
    assert.match(again.text, /r1-\S+-one\/checkpoint\.json .* belongs to a run with the same --run-token/)
    assert.equal(await release.counted(), 0)
    await uninstall()
    for (const step of ['install', 'upgrade', 'install anew']) {
      if (step === 'install anew') await uninstall()
      const { exitCode, text } = await release.install([kept()])
      assert.equal(exitCode, 0, `${step}: ${text}`)
      const before = step === 'upgrade' ? 1 : 0
      if (before === 0) assert.equal(await release.counted(), await release.reported(), step)
      else assert.ok((await release.counted()) > (await release.reported()), 'the shop counts on over an upgrade')
    }
  })

  test('on a volume of the chart’s own: kept over an uninstall, taken over by the next installation, which takes it away', async () => {
    await using release = await Release.create()
    const { namespace } = release
    const classes = await output('kubectl', ['get', 'storageclasses', '-o', 'name'])
    if (classes.trim() === '') await folderOnNode(namespace, { namespace, name: 'shop-results' })
    const claims = () =>
      release.kubectl('get', 'pvc', '-o', 'jsonpath={.items[*].spec.volumeName} {.items[*].status.phase}')
    const seen: string[] = []
    for (const keep of [true, false]) {
      const { exitCode, text } = await release.install([
        { results: { persistence: { enabled: true, size: '100Mi', keep } } },
      ])
      assert.equal(exitCode, 0, text)
      assert.equal(await release.counted(), await release.reported())
      seen.push(await claims())
      assert.equal((await release.helm(['uninstall', release.name, '--wait']).done).exitCode, 0)
      seen.push(await claims())
    }
    const [volume = ''] = seen
    assert.match(volume, /^\S+ Bound$/)
    assert.deepEqual(seen, [volume, volume, volume, ' '])
  })

  test('a master whose container crashes in the middle: the same pod serves what was measured', async () => {
    await using release = await Release.create()
    const load = `import { constant, events, HttpUser, task } from 'katydid'
      events.testStart.addListener(({ environment }) => { if (environment.role === 'master') setTimeout(() => process.exit(1), 8000) })
      export class One extends HttpUser { waitTime = constant(0.1); @task async go() { await this.client.get('/products') } }`
    await release.configMap('mine', { 'load.ts': load })
    const file = { load: { file: '/etc/katydid/load/load.ts' }, loadFile: { configMaps: ['mine'] } }
    const { exitCode, text } = await release.install([long, file, { results: { checkpoint: '2s' } }])
    assert.equal(exitCode, 1, text)
    assert.match((await release.verdict()).summary, /the master restarted: the results go up to/)
    assert.ok((await release.reported()) > 0)
  })

  test('uploaded by HTTP PUT to the URL of a Secret, before Helm returns', async () => {
    await using release = await Release.create()
    const store = await Receiver.in(release, 'store')
    const url = `http://store/results/run.tar.gz?sv=2025&sig=hush-hush-hush`
    await release.secret('url', { url })
    const { exitCode, text } = await release.install([{ results: { upload: { existingSecret: 'url' } } }])
    assert.equal(exitCode, 0, text)
    const [put, ...others] = await store.received()
    assert.equal(others.length, 0)
    assert.deepEqual([put?.method, put?.headers['x-ms-blob-type']], ['PUT', 'BlockBlob'])
    assert.ok(put!.bytes > 1_000, `${put?.bytes} bytes`)
    const logs = await release.kubectl('logs', '-l', 'app.kubernetes.io/name=katydid', '--tail=-1', '--all-containers')
    assert.doesNotMatch(logs + text, /hush-hush/)
  })
})
