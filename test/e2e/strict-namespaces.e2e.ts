import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryFolder } from '../run-katydid.ts'
import type { Finished } from './command.ts'
import { install } from './install-script.ts'
import { enforce, notEnforced } from './policies.ts'
import { fails, image, Release, short } from './release.ts'

const root = new URL('../..', import.meta.url).pathname
const quota = { 'requests.cpu': '4', 'requests.memory': '8Gi', 'limits.cpu': '8', 'limits.memory': '8Gi' }
const resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } }

/** Long before the deadline of the workers’ Job, which is what Helm would wait for. */
const heldMs = 200_000

/** The chart, with one container more in the pods of the run: what a webhook that puts sidecars into pods makes of it. */
function withSidecar(): string {
  const dir = join(temporaryFolder(), 'katydid')
  cpSync(join(root, 'chart'), dir, { recursive: true })
  const path = join(dir, 'templates/_pod.tpl')
  const injected = {
    name: 'injected',
    image,
    command: ['node', '-e', 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000)'],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  }
  const text = readFileSync(path, 'utf8')
  const changed = text.replace('\n  containers:\n', `\n  containers:\n    - ${JSON.stringify(injected)}\n`)
  assert.notEqual(changed, text)
  writeFileSync(path, changed)
  return dir
}

/** Within 15 s of the moment at which the cluster refused the first pod, by the cluster's own clock: how long Helm takes before that is no matter. */
async function toldSoon(
  release: Release,
  maker: string,
  finished: Finished,
  what: RegExp,
  begunAt: number,
): Promise<void> {
  assert.match(finished.text, what)
  const said = finished.saidAt(what) ?? Number.POSITIVE_INFINITY
  const fields = `reason=FailedCreate,involvedObject.kind=${maker}`
  const times = await release.kubectl(
    ...['get', 'events', '--field-selector', fields, '-o', 'jsonpath={.items[*].firstTimestamp}'],
  )
  // an event has whole seconds; those of the install before do not count
  const refused = Math.min(
    ...times
      .split(' ')
      .map((time) => Date.parse(time))
      .filter((time) => time > begunAt - 1_000),
  )
  const tookMs = said - refused
  assert.ok(tookMs > -1_000 && tookMs < 16_000, `told ${tookMs} ms after ${maker} was refused a pod`)
}

describe('namespaces that want more of pods, or put more into them', { concurrency: 3 }, () => {
  test('a quota that wants requests and limits: told within 15 s, exit 2; with them a run passes', async () => {
    await using release = await Release.create()
    await release.quota('all', quota)
    const dir = temporaryFolder()
    let begunAt = Date.now()
    const refused = await install(release, dir, []).done
    assert.equal(refused.exitCode, 2, refused.text)
    const ofMaster = /master: some pods are not ready yet:\n.*failed quota: all: must specify limits\.cpu for: master/
    await toldSoon(release, 'ReplicaSet', refused, ofMaster, begunAt)
    assert.ok(refused.tookMs < 60_000, 'nothing else is waited for')
    begunAt = Date.now()
    const target = await install(release, dir, [{ pods: { master: { resources }, target: { resources: {} } } }]).done
    assert.equal(target.exitCode, 2, target.text)
    const ofTarget =
      /target: some pods are not ready yet:\n.*must specify limits\.cpu for: target.*does not create the pods of the target/s
    await toldSoon(release, 'ReplicaSet', target, ofTarget, begunAt)
    begunAt = Date.now()
    const workers = await install(release, dir, [{ pods: { master: { resources } } }, { workers: { maxWait: '10s' } }])
      .done
    assert.equal(workers.exitCode, 2, workers.text)
    await toldSoon(
      release,
      'Job',
      workers,
      /workers: some pods are not ready yet:\n.*must specify limits\.cpu for: worker/,
      begunAt,
    )
    const passed = await install(release, dir, [{ pods: { master: { resources }, workers: { resources } } }]).done
    assert.equal(passed.exitCode, 0, passed.text)
  })

  test('a namespace that lets nothing in or out: with networkPolicy.egress a run passes, without it a worker says which name it cannot look up', {
    skip: notEnforced,
  }, async () => {
    await using release = await Release.create()
    const spec = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }
    await release.make('networkpolicies', { metadata: { name: 'nothing' }, spec })
    await using _ = enforce(release)
    const { exitCode, text } = await release.install([{ networkPolicy: { egress: { enabled: true } } }])
    assert.equal(exitCode, 0, text)
    assert.equal(await release.counted(), await release.reported())
    // it begins when its address has been known for a while
    const wait = { name: 'wait', image, command: ['node', '-e', 'setTimeout(() => {}, 3000)'] }
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
    const late = { pods: { workers: { initContainers: [{ ...wait, securityContext }] } } }
    const refused = release.begin([late, { workers: { count: 1 } }])
    await release.until('a worker says which name it cannot look up', async () => {
      const logs = (await release.pods('workers')).map(({ metadata }) => release.log(metadata.name).catch(() => ''))
      return /cannot resolve the name shop-master \(EAI_AGAIN\)/.test((await Promise.all(logs)).join('\n'))
    })
    refused.kill('SIGTERM')
    assert.notEqual((await refused.done).exitCode, 0)
  })

  for (const helm of ['helm', 'helm4'])
    test(`${helm}: a sidecar that never ends: the verdict is Helm’s exit status soon after the run, with rbac.create`, async () => {
      await using release = await Release.create({ helm })
      const dir = temporaryFolder()
      const chart = withSidecar()
      const run = async (...values: object[]) => {
        const files = [short, { rbac: { create: true }, workers: { maxWait: '4m' } }, ...values].flatMap(
          (each, index) => {
            const path = join(dir, `${index}.json`)
            writeFileSync(path, JSON.stringify(each))
            return ['--values', path]
          },
        )
        return release.helm(['upgrade', '--install', release.name, chart, ...files, '--wait']).done
      }
      const passed = await run()
      assert.equal(passed.exitCode, 0, passed.text)
      assert.ok(passed.tookMs < heldMs, `${passed.tookMs} ms`)
      const failed = await run(fails)
      assert.equal(failed.exitCode, 1, failed.text)
      assert.ok(failed.tookMs < heldMs, `${failed.tookMs} ms`)
      const [master] = await release.pods('master')
      assert.match(
        await release.kubectl('logs', master?.metadata.name ?? '', '-c', 'master'),
        /container injected still runs/,
      )
    })

  test('a sidecar that never ends, and a master without rights: scripts/install says so, and ends what is held', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await install(release, temporaryFolder(), [], ['--chart', withSidecar()]).done
    assert.equal(exitCode, 0, text)
    assert.match(text, /job shop-workers has ended with exit code 0, but its container injected still runs/)
  })
})
