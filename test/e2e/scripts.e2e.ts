import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '../../runner/src/outputs/result/result.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { get } from './api.ts'
import { output, type RunningCommand, start } from './command.ts'
import { install } from './install-script.ts'
import { takePlace } from './places.ts'
import { fails, long, majorOf, Release, short, soonMs } from './release.ts'
import { kept, withVolume } from './volume.ts'

const root = new URL('../..', import.meta.url).pathname

const resultIn = (dir: string) => JSON.parse(readFileSync(join(dir, 'results/result.json'), 'utf8')) as Result

describe('scripts/install: exit status 0, 1, 2, and everything of the run in a folder', { concurrency: 3 }, () => {
  test('passed, with a TypeScript load file of one’s own: CSV, JUnit, the summary and every pod’s log', async () => {
    await using release = await Release.create()
    const dir = temporaryFolder()
    const load = join(dir, 'mine.ts')
    writeFileSync(
      load,
      `import { constant, HttpUser, task } from 'katydid'
      export class One extends HttpUser { waitTime = constant(0.1); @task async go() { await this.client.get('/products', { name: 'mine' }) } }`,
    )
    const { exitCode, text, stderr } = await install(release, dir, [], ['--load-file', load]).done
    assert.equal(exitCode, 0, text)
    assert.match(stderr, /waiting for workers on port/, 'the master’s log, live')
    const { requests, totals } = resultIn(dir)
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['mine'],
    )
    assert.equal(await release.counted(), totals.requests + totals.aborted + totals.hops)
    const files = readdirSync(join(dir, 'results'))
    for (const name of [
      'junit.xml',
      'report.html',
      'run_stats.csv',
      'run_stats_history.csv',
      'verdict.txt',
      'cluster.txt',
    ])
      assert.ok(files.includes(name), files.join())
    assert.match(readFileSync(join(dir, 'results/verdict.txt'), 'utf8'), /^PASSED — /)
    const pods = JSON.parse(await release.kubectl('get', 'pods', '-o', 'json')) as {
      items: { metadata: { name: string } }[]
    }
    for (const { metadata } of pods.items) assert.ok(existsSync(join(dir, `results/logs/${metadata.name}.log`)))
    assert.equal(pods.items.length, 5)
  })

  test('failed is 1, broken is 2', async () => {
    await using release = await Release.create()
    const dir = temporaryFolder()
    const failed = await install(release, dir, [fails]).done
    assert.equal(failed.exitCode, 1, failed.text)
    assert.equal(resultIn(dir).verdict.outcome, 'failed')
    const broken = await install(release, dir, [{ workers: { maxWait: '8s' }, pods: noNode }]).done
    assert.equal(broken.exitCode, 2, broken.text)
    assert.equal(resultIn(dir).verdict.outcome, 'broken')
  })

  for (const [helm, signal, status] of [
    ['helm', 'SIGTERM', 143],
    ['helm4', 'SIGINT', 130],
  ] as const)
    test(`${helm}: ${signal} stops the load before it leaves, and brings what was measured; the same command then runs again`, async () => {
      await using release = await Release.create({ helm })
      const dir = temporaryFolder()
      const running: RunningCommand = install(release, dir, [long], ['--helm', helm])
      await release.running()
      running.kill(signal)
      const { exitCode, text } = await running.done
      assert.equal(exitCode, status, text)
      const counted = await release.counted()
      await sleep(2_000)
      assert.equal(await release.counted(), counted)
      const { totals, verdict } = resultIn(dir)
      assert.equal(verdict.outcome, 'broken')
      assert.equal(counted, totals.requests + totals.aborted + totals.hops)
      const again = await install(release, dir, [], ['--helm', helm]).done
      assert.equal(again.exitCode, 0, again.text)
      assert.equal(resultIn(dir).verdict.outcome, 'passed')
    })
})

describe('scripts/install: what can no longer come is not waited for', { concurrency: 4 }, () => {
  const hour = { load: { profile: { runTime: '1h' } } }

  for (const helm of ['helm', 'helm4'])
    test(`${helm}: workers that no node takes: broken soon after maxWait, not after the hour of the run`, async () => {
      await using release = await Release.create({ helm })
      const dir = temporaryFolder()
      const values = [hour, { workers: { maxWait: '8s' }, pods: noNode }]
      const variables = { KATYDID_LEAVE_WAIT: '5' }
      const { exitCode, stderr, text, tookMs } = await install(release, dir, values, ['--helm', helm], variables).done
      assert.equal(exitCode, 2, text)
      assert.ok(tookMs < soonMs, `${tookMs} ms`)
      assert.match(stderr, /this script ends the Job shop-workers\nshop-workers-0-\w+: .*didn't match/)
      const { outcome, findings } = resultIn(dir).verdict
      assert.equal(outcome, 'broken')
      assert.match(JSON.stringify(findings), /0 of 2 expected workers/)
    })

  test('a master that no node takes: broken, and why', async () => {
    await using release = await Release.create()
    const values = [hour, { pods: { master: { nodeSelector: { nowhere: 'yes' } } } }]
    const running = install(release, temporaryFolder(), values, [], { KATYDID_MASTER_WAIT: '8' })
    const { exitCode, stderr, text, tookMs } = await running.done
    assert.equal(exitCode, 2, text)
    assert.ok(tookMs < soonMs, `${tookMs} ms`)
    assert.match(stderr, /the master does not run after 8 s; .*\nshop-master-\S+: .*didn't match/)
    assert.equal((await release.pods('workers')).length, 0)
  })

  test('a release that Helm rolls back: broken, and nothing of the run before, which the release serves again', async () => {
    await using release = await withVolume()
    const dir = temporaryFolder()
    assert.equal((await install(release, dir, [kept()]).done).exitCode, 0)
    assert.equal(resultIn(dir).verdict.outcome, 'passed')
    const nothing = { load: { file: 'examples/nothing.ts' } }
    const rollsBack = majorOf('helm') === 4 ? '--rollback-on-failure' : '--atomic'
    const { exitCode, text } = await install(release, dir, [kept(), nothing], ['--', rollsBack]).done
    assert.equal(exitCode, 2, text)
    await release.until('the run before is served again', async () => (await release.state()) === 'passed')
    for (const name of ['result.json', 'junit.xml', 'report.html', 'run_stats.csv'])
      assert.ok(!existsSync(join(dir, 'results', name)), name)
    assert.ok(existsSync(join(dir, 'results/cluster.txt')))
  })
})

describe('scripts/install: Jobs that somebody deletes', { concurrency: 3 }, () => {
  for (const helm of ['helm', 'helm4'])
    test(`${helm}: the workers’, mid-run: broken, and soon`, async () => {
      await using release = await Release.create({ helm })
      const dir = temporaryFolder()
      const running = install(release, dir, [long], ['--helm', helm], { KATYDID_LEAVE_WAIT: '5' })
      await release.running()
      await release.kubectl('delete', 'job', `${release.name}-workers`, '--wait=false')
      const since = performance.now()
      const { exitCode, text } = await running.done
      assert.equal(exitCode, 2, text)
      assert.ok(performance.now() - since < soonMs, text)
      assert.equal(resultIn(dir).verdict.outcome, 'broken')
    })

  for (const helm of ['helm', 'helm4'])
    test(`${helm}: the verdict’s, of a run that failed: success to Helm 3, nothing yet to Helm 4; the result counts`, async () => {
      await using release = await Release.create({ helm })
      const dir = temporaryFolder()
      const running = install(release, dir, [fails, { pods: { verdict: noNode.workers } }], ['--helm', helm])
      const name = `${release.name}-verdict`
      const jobs = () => release.list<{ metadata: { name: string } }>('jobs')
      const isThere = async () => (await jobs()).some(({ metadata }) => metadata.name === name)
      await release.until('there is a Job of the verdict’s', isThere)
      // long enough for the script to have seen it, too
      await sleep(4_000)
      await release.kubectl('delete', 'job', name, '--wait=false')
      const since = performance.now()
      const { exitCode, text } = await running.done
      assert.equal(exitCode, 1, text)
      assert.ok(performance.now() - since < soonMs, text)
      assert.equal(resultIn(dir).verdict.outcome, 'failed')
    })
})

const noNode = { workers: { nodeSelector: { nowhere: 'yes' } } }

describe('what the workflows call', { concurrency: 2 }, () => {
  /** The environment of a job, and what its steps left in it. */
  function job(dir: string, name: string, values: readonly object[], more: Record<string, string> = {}, helm = 'helm') {
    const files = [short, ...values].map((each, index) => {
      const path = join(dir, `${name}-${index}.json`)
      writeFileSync(path, JSON.stringify(each))
      return path
    })
    const outputs = join(dir, `${name}-outputs`)
    // what they call is helm, whichever that is
    mkdirSync(join(dir, 'bin'))
    symlinkSync(execFileSync('which', [helm], { encoding: 'utf8' }).trim(), join(dir, 'bin/helm'))
    const env = {
      ...(process.env as Record<string, string>),
      KATYDID_NAME: name,
      KATYDID_VALUES: files.join('\n'),
      GITHUB_RUN_ID: String(process.pid),
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: join(dir, 'summary.md'),
      RUNNER_TEMP: dir,
      PATH: `${join(dir, 'bin')}:${process.env.PATH}`,
      ...more,
    }
    const script = (file: string, ...args: string[]) =>
      start(join(root, 'scripts', file), args, { timeoutMs: 240_000, env }).done
    /** Of an output that is written twice the later counts. */
    const said = (key: string) =>
      [...readFileSync(outputs, 'utf8').matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].at(-1)?.[1] ?? ''
    return { script, said }
  }

  test('wait: the verdict is the step’s, the summary is on the page, only its own namespace goes', async () => {
    using _ = await takePlace()
    const dir = temporaryFolder()
    const { script, said } = job(dir, 'e2e-wait', [fails])
    const { exitCode, text } = await script('ci-load-test')
    const run = said('run')
    try {
      assert.equal(exitCode, 1, text)
      assert.equal(run, `e2e-wait-${process.pid}-1`)
      assert.equal(said('remove'), run)
      assert.equal((await script('ci-summary', said('results'), said('exit'))).exitCode, 0)
      assert.equal(said('outcome'), 'failed')
      assert.match(readFileSync(join(dir, 'summary.md'), 'utf8'), /### Load test: failed\n.*FAILED — \d+ requests/s)
      const other = await script('ci-cleanup', 'kube-system')
      assert.equal(other.exitCode, 1)
      assert.match(other.stderr, /namespace kube-system does not belong to a load test: it is not deleted/)
    } finally {
      assert.equal((await script('ci-cleanup', run)).exitCode, 0)
    }
    assert.equal(await output('kubectl', ['get', 'namespace', run, '--ignore-not-found', '-o', 'name']), '')
  })

  test('with Helm 4: start, then follow from another job', async () => {
    using _ = await takePlace()
    const dir = temporaryFolder()
    const begun = job(dir, 'e2e-soak', [{ load: { profile: { runTime: '40s' } } }], { KATYDID_MODE: 'start' }, 'helm4')
    const { exitCode, text, tookMs } = await begun.script('ci-load-test')
    const run = begun.said('run')
    try {
      assert.equal(exitCode, 0, text)
      assert.ok(tookMs < 40_000, `${tookMs} ms: it does not wait for the end`)
      assert.equal(begun.said('remove'), '', 'what goes on is nobody’s to take away')
      const later = job(temporaryFolder(), 'e2e-soak', [], { KATYDID_MODE: 'follow', KATYDID_RUN: run })
      const followed = await later.script('ci-load-test')
      assert.equal(followed.exitCode, 0, followed.text)
      const { verdict } = JSON.parse(readFileSync(join(later.said('results'), 'result.json'), 'utf8')) as Result
      assert.equal(verdict.outcome, 'passed')
      assert.equal(later.said('remove'), run)
    } finally {
      assert.equal((await begun.script('ci-cleanup', run)).exitCode, 0)
    }
  })

  test('start, then stop from another job: the load is over, and what there was is broken, with its results', async () => {
    using _ = await takePlace()
    const begun = job(temporaryFolder(), 'e2e-stop', [long], { KATYDID_MODE: 'start' })
    const { exitCode, text } = await begun.script('ci-load-test')
    const run = begun.said('run')
    try {
      assert.equal(exitCode, 0, text)
      const dir = temporaryFolder()
      const later = job(dir, 'e2e-stop', [], { KATYDID_MODE: 'stop', KATYDID_RUN: run })
      const stopped = await later.script('ci-load-test')
      assert.equal(stopped.exitCode, 2, stopped.text)
      assert.equal(later.said('remove'), run)
      const { totals, verdict } = JSON.parse(readFileSync(join(later.said('results'), 'result.json'), 'utf8')) as Result
      assert.equal(verdict.outcome, 'broken')
      const counted = async () => {
        const path = `/api/v1/namespaces/${run}/services/${run}-target:http/proxy/__counts`
        return (JSON.parse(await get(path)) as { total: number }).total
      }
      const total = await counted()
      assert.equal(total, totals.requests + totals.aborted + totals.hops)
      await sleep(2_000)
      assert.equal(await counted(), total)
      assert.equal((await later.script('ci-summary', later.said('results'), later.said('exit'))).exitCode, 0)
      assert.match(readFileSync(join(dir, 'summary.md'), 'utf8'), /### Load test: broken\n/)
    } finally {
      assert.equal((await begun.script('ci-cleanup', run)).exitCode, 0)
    }
  })

  test('a job that is cancelled: the load ends before the namespace goes, and what there was is kept', async () => {
    using _ = await takePlace()
    const dir = temporaryFolder()
    const { script, said } = job(dir, 'e2e-cancelled', [long], { KATYDID_MODE: 'start' })
    const { exitCode, text } = await script('ci-load-test')
    const run = said('run')
    try {
      assert.equal(exitCode, 0, text)
      // as where the step was killed before it could say that it has started
      assert.equal((await script('ci-collect', run, said('results'))).exitCode, 0)
      const { verdict, totals } = JSON.parse(readFileSync(join(said('results'), 'result.json'), 'utf8')) as Result
      assert.equal(verdict.outcome, 'broken')
      assert.ok(totals.requests > 0)
      assert.ok(existsSync(join(said('results'), 'report.html')))
      const again = await script('ci-collect', run, said('results'))
      assert.match(again.stdout, /the results are in/)
    } finally {
      assert.equal((await script('ci-cleanup', run)).exitCode, 0)
    }
    assert.equal(await output('kubectl', ['get', 'namespace', run, '--ignore-not-found', '-o', 'name']), '')
  })

  test('evidence: what the cluster says of a run that failed, with every pod’s log', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install([fails])
    assert.equal(exitCode, 1, text)
    const dir = temporaryFolder()
    const taken = await job(dir, 'evidence', []).script('ci-evidence', join(dir, 'evidence'))
    assert.equal(taken.exitCode, 0, taken.text)
    const { namespace } = release
    const read = (file: string) => readFileSync(join(dir, 'evidence', file), 'utf8')
    for (const file of ['objects.txt', 'events.txt', 'describe.txt']) assert.ok(read(file).includes(namespace), file)
    const logs = readdirSync(join(dir, 'evidence/logs'))
    const verdict = logs.find((file) => file.startsWith(`${namespace}-shop-verdict-`))
    assert.match(read(`logs/${verdict}`), /FAILED — /)
    for (const role of ['master', 'workers-0', 'workers-1', 'target'])
      assert.ok(
        logs.some((file) => file.startsWith(`${namespace}-shop-${role}`)),
        `${role}: ${logs.join(' ')}`,
      )
  })

  test('secret values: they make a Secret, and are in no log, file or environment', async () => {
    using _ = await takePlace()
    const dir = temporaryFolder()
    const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine' }, stringData: { TOKEN: 'hush-hush' } }
    const pods = { all: { extraEnvFrom: [{ secretRef: { name: 'mine' } }] } }
    const secret = JSON.stringify({ extraObjects: [object] })
    const { script, said } = job(dir, 'e2e-secret', [{ pods }], { KATYDID_SECRET_VALUES: secret })
    const { exitCode, text } = await script('ci-load-test')
    const run = said('run')
    try {
      assert.equal(exitCode, 0, text)
      const data = await output('kubectl', [
        '--namespace',
        run,
        'get',
        'secret',
        'mine',
        '-o',
        'jsonpath={.data.TOKEN}',
      ])
      assert.equal(Buffer.from(data, 'base64').toString(), 'hush-hush')
      const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      assert.ok(files.length > 5)
      for (const { name, parentPath } of files)
        assert.ok(!readFileSync(join(parentPath, name), 'utf8').includes('hush-hush'), name)
      assert.ok(!text.includes('hush-hush'))
    } finally {
      assert.equal((await script('ci-cleanup', run)).exitCode, 0)
    }
  })
})
