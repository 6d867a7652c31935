import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { output } from './command.ts'
import { exitCodes, Release } from './release.ts'

const twenty = { load: { profile: { runTime: '20s' } } }

interface Template {
  spec: { containers: { args: string[]; env?: object[]; imagePullPolicy?: string }[] }
}

/** What the workers' Job of a release makes its pods from. */
async function workersOf(release: Release): Promise<Template> {
  const [job] = await release.list<{ spec: { template: Template } }>('jobs', 'app.kubernetes.io/component=workers')
  assert.ok(job, 'there is no Job of workers')
  return job.spec.template
}

/** A worker that no Job started, with the labels that the master's NetworkPolicy asks for. */
async function startWorker(home: Release, name: string, { spec }: Template): Promise<void> {
  const labels = {
    'app.kubernetes.io/name': 'katydid',
    'app.kubernetes.io/instance': home.name,
    'app.kubernetes.io/component': 'workers',
  }
  await home.make('pods', { metadata: { name, labels }, spec: { ...spec, serviceAccountName: 'default' } })
}

describe('whoever is not of this run sends no load', { concurrency: 2 }, () => {
  test('a pod of an older revision is refused: exit code 3, which fails its Job at once', async () => {
    await using release = await Release.create()
    const first = await release.install()
    assert.equal(first.exitCode, 0, first.text)
    const older = await workersOf(release)
    const before = await release.counted()
    const second = release.begin([twenty])
    await release.until('the second revision runs', async () => {
      const token = JSON.stringify(await workersOf(release).catch(() => ''))
      return token.includes('"r2-') && (await release.state()) === 'running'
    })
    await startWorker(release, 'older', older)
    await release.until('it ends', async () => (await release.pod('older')).status.phase === 'Failed', 30_000)
    const [container] = (await release.pod('older')).status.containerStatuses ?? []
    assert.equal(container?.state.terminated?.exitCode, 3)
    assert.match(await release.kubectl('logs', 'older'), /told this worker to leave: .*run/)
    const { exitCode, text } = await second.done
    assert.equal(exitCode, 0, text)
    const { workers } = await release.result()
    assert.deepEqual(
      workers.filter(({ id }) => id.includes('older')),
      [],
    )
    assert.equal((await release.counted()) - before, await release.reported())
  })

  test('workers that a sync makes anew once the run is over, as Argo CD does: they leave at once, with 0, and send nothing', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install()
    assert.equal(exitCode, 0, text)
    const { total } = await release.counts()
    const hooks = (await release.helm(['get', 'hooks', release.name]).done).stdout.split(/^---$/m)
    const job = hooks.find((hook) => hook.includes('templates/workers.yaml'))
    const workers = `${release.name}-workers`
    const uid = () => release.kubectl('get', 'job', workers, '-o', 'jsonpath={.metadata.uid}')
    const first = await uid()
    await release.kubectl('delete', 'job', workers)
    await output('kubectl', ['--namespace', release.namespace, 'create', '--filename', '-'], job)
    assert.notEqual(await uid(), first)
    await release.kubectl('wait', 'job', workers, '--for=condition=Complete', '--timeout=30s')
    assert.deepEqual(exitCodes(await release.pods('workers')), [0, 0])
    assert.equal((await release.counts()).total, total)
    assert.equal(await release.state(), 'passed')
  })

  test('a worker of another namespace, and one of this with another key, that know the run’s name', async () => {
    await using release = await Release.create()
    await using elsewhere = await Release.create()
    const run = release.begin([twenty])
    await release.running()
    const template = await workersOf(release)
    const [container] = template.spec.containers
    assert.ok(container)
    const args = container.args.map((arg) => (arg === 'shop-master' ? `shop-master.${release.namespace}` : arg))
    const without = { ...container, args, env: [] }
    await startWorker(elsewhere, 'without', { spec: { ...template.spec, containers: [without] } })
    const other = [{ name: 'KATYDID_CLUSTER_KEY', value: 'another-key-than-the-master-has-0123456789' }]
    await startWorker(release, 'other', { spec: { ...template.spec, containers: [{ ...container, env: other }] } })
    const { exitCode, text } = await run.done
    assert.equal(exitCode, 0, text)
    const said = `${await elsewhere.kubectl('logs', 'without')}\n${await release.kubectl('logs', 'other')}`
    assert.equal(said.match(/connecting to the master/g)?.length, 2, said)
    assert.doesNotMatch(said, /joined the master/)
    assert.equal((await release.result()).workers.length, 2)
    assert.equal(await release.counted(), await release.reported())
  })
})
