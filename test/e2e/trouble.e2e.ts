import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { long, majorOf, Release, soonMs } from './release.ts'

const twenty = { load: { profile: { runTime: '25s' } } }
/** Whoever waited for workers would wait longer than `soonMs`. */
const patient = { workers: { maxWait: '3m' } }
/** What the finding on lost workers says of the user-seconds that the plan had and nobody ran. */
const belowPlan = /user-seconds missing through lost workers ≤ 1 %: [\d.]+ % \(([\d.]+) of ([\d.]+)\)/

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
      result.events.some(({ kind }) => kind === 'worker_lost'),
      JSON.stringify(result.events),
    )
    assert.match(text, /worker shop-workers-\d\S* has left, with 3 users/)
    assert.match(text, belowPlan)
    assert.equal(await release.counted(), await release.reported(), text)
    assert.equal(result.workers.length, 3, 'two, and the one that came back')
  })

  test('an evicted worker is replaced, and the finding says what it cost', async () => {
    await using release = await Release.create()
    const install = release.begin([twenty])
    await release.running()
    const [first] = await release.pods('workers')
    await release.evict(first)
    const { text } = await install.done
    assert.equal((await release.result()).workers.length, 3, text)
    assert.match(text, /worker shop-workers-\d\S* has left, with 3 users/)
    const [, missing, planned] = belowPlan.exec(text) ?? []
    // three of six users, for the moment until others have taken their place
    assert.ok(Number(missing) > 0 && Number(missing) < 15, text)
    assert.ok(Math.abs(Number(planned) - 6 * 25) < 15, text)
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
    const running = release.begin([values])
    await release.broken(10_000)
    assert.match((await release.verdict()).summary, /^BROKEN — .*0 of 2 expected workers .*missing: 0-1/)
    const { exitCode, text, tookMs } = await running.done
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
  })

  test('a quota that refuses one of two workers: broken after maxWait, naming who is missing', async () => {
    await using release = await Release.create()
    await release.quota('few', { pods: '3' }) // shop, master, one worker
    // long enough for the one that may come
    const running = release.begin([{ workers: { maxWait: '20s' } }])
    await release.broken(20_000)
    assert.match(
      (await release.verdict()).summary,
      /^BROKEN — .*1 of 2 expected workers .*; missing are shop-workers-[01]\b/,
    )
    const { exitCode, text } = await running.done
    assert.equal(exitCode, 1, text)
    await release.uninstall()
  })

  test('a load file that is not there: at once, and Helm prints why', async () => {
    await using release = await Release.create()
    const { exitCode, text, tookMs } = await release.install([patient, { load: { file: 'examples/nothing.ts' } }])
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
    assert.match(`${text}${await release.kubectl('logs', '-l', 'app.kubernetes.io/component=workers')}`, /nothing\.ts/)
  })

  test('a load file that does not compile: at once, with its line', async () => {
    await using release = await Release.create()
    await release.configMap('mine', {
      'load.ts': "import { HttpUser } from 'katydid'\nexport class One extends HttpUser {{\n",
    })
    const file = { load: { file: '/etc/katydid/load/load.ts' }, loadFile: { configMaps: ['mine'] } }
    const { exitCode, text, tookMs } = await release.install([patient, file])
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
    assert.match((await release.verdict()).summary, /^BROKEN — .*load\.ts:2:\d+/s)
  })

  test('no host anywhere: at once, with what to say', async () => {
    await using release = await Release.create()
    const { exitCode, text, tookMs } = await release.install([patient, { demoTarget: { enabled: false } }])
    assert.equal(exitCode, 1, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
    assert.match((await release.verdict()).summary, /^BROKEN — .*no host for (Shopper|Visitor), which/)
  })

  test('a host that cannot be resolved: failed, and the error is in the summary', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install([{ load: { host: 'http://no-such-host.example' } }])
    assert.equal(exitCode, 1, text)
    assert.match(text, /no-such-host\.example/)
    assert.match(text, /ENOTFOUND|not resolved|EAI_AGAIN/)
    assert.match((await release.verdict()).summary, /^FAILED — .*fail_ratio/s)
    assert.equal(await release.counted(), 0)
    await release.uninstall()
  })

  test('a threshold on a request that never ran', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install([{ load: { thresholds: ['GET /never: p95 < 1s'] } }])
    assert.equal(exitCode, 1, text)
    assert.match((await release.verdict()).summary, /^FAILED — .*GET \/never: p95 < 1s/s)
    assert.equal(await release.counted(), await release.reported())
    await release.uninstall()
  })

  test('workers with another cluster key do not join: broken after maxWait', async () => {
    await using release = await Release.create()
    const extraEnv = [{ name: 'KATYDID_CLUSTER_KEY', value: 'another-key-than-the-master-has-0123456789' }]
    const running = release.begin([{ workers: { maxWait: '10s' }, pods: { workers: { extraEnv } } }])
    const said = (role: string, what: RegExp) =>
      release.until(`the log of ${role} says ${what}`, async () => {
        const logs = (await release.pods(role)).map(({ metadata }) => release.log(metadata.name).catch(() => ''))
        return what.test((await Promise.all(logs)).join('\n'))
      })
    await said('workers', /probably the KATYDID_CLUSTER_KEY is wrong/)
    await said(
      'master',
      /a worker was refused in the handshake: it (has no|does not have the same) KATYDID_CLUSTER_KEY/,
    )
    await release.broken(10_000)
    const { exitCode, text } = await running.done
    assert.equal(exitCode, 1, text)
    assert.match((await release.verdict()).summary, /^BROKEN — .*0 of 2 expected workers .*missing: 0-1/)
    await release.uninstall()
  })
})

describe('what is refused at render leaves nothing behind', { concurrency: 2 }, () => {
  const wrong: Record<string, [values: object, message: RegExp]> = {
    'an unknown value': [{ wrokers: { count: 2 } }, /wrokers/],
    'a value of another type': [{ workers: { count: 'two' } }, /workers.*count/],
    'no users': [{ load: { profile: { users: 0 } } }, /users/],
    'both ways to a pull secret': [
      { registry: { server: 'registry.test', user: 'me', pass: 'x' }, imagePullSecrets: ['mine'] },
      /registry.*imagePullSecrets|imagePullSecrets.*registry/,
    ],
    'a load file that is too large': [
      { loadFile: { content: '/'.repeat(431 * 1_024) } },
      /has 431 KiB of plain JavaScript; the limit is 430 KiB/,
    ],
    'a run that does not fit helmTimeout': [{ load: { profile: { runTime: '1h' } } }, /--timeout/],
  }
  for (const helm of ['helm', 'helm4'])
    test(helm, async () => {
      await using release = await Release.create({ helm })
      for (const [name, [values, message]] of Object.entries(wrong)) {
        const { exitCode, text } = await release.install([values])
        assert.equal(exitCode, 1, `${name}: ${text}`)
        assert.match(text, message, name)
      }
      assert.deepEqual(await release.objects(), [], 'not even a release of Helm’s')
    })
})
