import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryFolder } from '../run-katydid.ts'
import { output, start } from './command.ts'
import { fails, Release, short } from './release.ts'

const root = new URL('../..', import.meta.url).pathname

/** Until the Job of the verdict is over: its pod's exit code, asked for as runner/docs/ci.md says, which is of the run that the master has. */
async function verdictOf(release: Release, name = 'shop'): Promise<string> {
  const annotation = 'katydid\\.dev/run'
  const jsonpath = (path: string) => ['-o', `jsonpath={${path}}`]
  const ofMaster = jsonpath(`.spec.template.metadata.annotations.${annotation}`)
  const run = await release.kubectl('get', 'deployment', `${name}-master`, ...ofMaster)
  const state = `.status.containerStatuses[?(@.name=='verdict')].state.terminated.exitCode`
  const ofVerdict = jsonpath(`.items[?(@.metadata.annotations.${annotation}=='${run}')]${state}`)
  const labels = 'app.kubernetes.io/instance=shop,app.kubernetes.io/component=verdict'
  let code = ''
  await release.until(`the verdict of ${name} is there`, async () => {
    code = await release.kubectl('get', 'pods', '-l', labels, ...ofVerdict)
    return code !== ''
  })
  return code
}

/** A chart with this one in it twice, under two names. */
function umbrella(): string {
  const dir = temporaryFolder()
  mkdirSync(join(dir, 'charts'))
  cpSync(join(root, 'chart'), join(dir, 'charts/katydid'), { recursive: true })
  const dependencies = ['peak', 'night'].map((alias) => ({
    name: 'katydid',
    version: '>=0.0.0',
    alias,
    condition: `${alias}.enabled`,
  }))
  writeFileSync(
    join(dir, 'Chart.yaml'),
    JSON.stringify({ apiVersion: 'v2', name: 'tests', version: '1.0.0', dependencies }),
  )
  const values = { ...short, load: { ...short.load, profile: { ...short.load.profile, runTime: '3s' } } }
  writeFileSync(join(dir, 'values.yaml'), JSON.stringify({ global: { team: 'shop' }, peak: values, night: values }))
  return dir
}

describe('other ways to have the chart', { concurrency: 3 }, () => {
  for (const helm of ['helm', 'helm4'])
    test(`${helm}: twice in another chart: two load tests, one after the other, and either may fail the release`, async () => {
      await using release = await Release.create({ helm })
      const dir = umbrella()
      const both = await release.helm(['upgrade', '--install', release.name, dir, '--wait']).done
      assert.equal(both.exitCode, 0, both.text)
      for (const alias of ['peak', 'night']) {
        const name = `${release.name}-${alias}`
        const { totals } = JSON.parse(await release.askService(`${name}-master`, '/result.json')) as {
          totals: { requests: number; aborted: number; hops: number }
        }
        const { total } = JSON.parse(await release.askService(`${name}-target`, '/__counts')) as { total: number }
        assert.equal(total, totals.requests + totals.aborted + totals.hops, alias)
      }
      const broken = [
        '--set',
        'peak.enabled=false',
        '--set-json',
        `night.load.thresholds=${JSON.stringify(fails.load.thresholds)}`,
      ]
      const one = await release.helm(['upgrade', release.name, dir, '--wait', ...broken]).done
      assert.equal(one.exitCode, 1, one.text)
      assert.deepEqual(
        (await release.list<{ metadata: { name: string } }>('deployments')).map(({ metadata }) => metadata.name).sort(),
        [`${release.name}-night-master`, `${release.name}-night-target`],
      )
    })

  test('applied without Helm: the verdict waits, the same run.id again is no pass, another one is another run; with a prefix, too', async () => {
    await using release = await Release.create()
    const dir = temporaryFolder()
    const render = async (id: string, ...more: string[]) => {
      const values = join(dir, `${id}.json`)
      writeFileSync(values, JSON.stringify({ ...short, run: { id } }))
      const { exitCode, stdout, text } = await release.helm([
        'template',
        'shop',
        '--kube-version',
        '1.34.0',
        join(root, 'chart'),
        '--values',
        values,
        ...more,
      ]).done
      assert.equal(exitCode, 0, text)
      return stdout
    }
    const apply = (manifests: string) =>
      output('kubectl', ['apply', '--force', '--namespace', release.namespace, '-f', '-'], manifests)
    const one = await render('one')
    await apply(one)
    assert.equal(await verdictOf(release), '0')
    const first = (await release.result()).run?.token
    // as their TTL does it
    await release.kubectl('delete', 'jobs', '--all', '--cascade=foreground')
    const before = await release.counted()
    await apply(one)
    assert.equal(await verdictOf(release), '2', 'nothing was run for it')
    const said = await release.kubectl('logs', 'job/shop-verdict')
    assert.match(
      said,
      new RegExp(`^BROKEN — nothing was run for this Job: .* run ${first}, started at .*: passed; for a new run`),
    )
    assert.equal(await release.counted(), before)
    await apply(await render('two'))
    await release.until(
      'there is another run',
      async () => (await release.result().catch(() => undefined))?.run?.token !== first,
    )
    assert.equal(await verdictOf(release), '0')
    assert.match((await release.result()).run?.token ?? '', /-two$/)

    // the demo target's host is a text, which nobody renames
    const host = `http://shop-target.${release.namespace}.svc:8000`
    writeFileSync(join(dir, 'all.yaml'), await render('three', '--set', `demoTarget.enabled=false,load.host=${host}`))
    writeFileSync(join(dir, 'kustomization.yaml'), 'namePrefix: staging-\nresources: [all.yaml]\n')
    const { stdout, exitCode, text } = await start('kubectl', ['kustomize', dir]).done
    assert.equal(exitCode, 0, text)
    await release.kubectl(
      'delete',
      'jobs,deployments',
      '-l',
      'app.kubernetes.io/component in (master,workers,verdict)',
      '--cascade=foreground',
    )
    await apply(stdout)
    assert.equal(await verdictOf(release, 'staging-shop'), '0')
  })

  test('a name that cannot be looked up is in the worker’s log and, of the master’s, in the findings', async () => {
    await using release = await Release.create()
    const deaf = {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['127.0.0.1'], options: [{ name: 'timeout', value: '1' }] },
    }
    const { exitCode, text } = await release.install([
      { rbac: { create: true }, pods: { workers: deaf }, workers: { count: 1, maxWait: '75s' } },
    ])
    assert.equal(exitCode, 1, text)
    assert.match(
      (await release.verdict()).summary,
      /^BROKEN — .*shop-workers-0.*cannot resolve the name shop-master \(EAI_AGAIN\)/s,
    )
  })
})
