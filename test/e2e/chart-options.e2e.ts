import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { metricsOf, type OtlpMessage } from '../otlp-messages.ts'
import { post, remove } from './api.ts'
import { Receiver } from './receiver.ts'
import { long, Release } from './release.ts'

const budget = { disruptionBudget: { enabled: true } }

/** Where the cluster knows no PodMonitors, as much of Prometheus's operator as the chart needs, until the test is over. */
async function podMonitorsKnown(release: Release): Promise<AsyncDisposable> {
  const name = 'podmonitors.monitoring.coreos.com'
  if ((await release.kubectl('get', 'crd', name, '--ignore-not-found', '-o', 'name')) !== '')
    return { [Symbol.asyncDispose]: async () => {} }
  const names = { kind: 'PodMonitor', plural: 'podmonitors', singular: 'podmonitor', listKind: 'PodMonitorList' }
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  await post(definitions, {
    metadata: { name },
    spec: {
      group: 'monitoring.coreos.com',
      names,
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  })
  await release.kubectl('wait', '--for=condition=Established', `crd/${name}`)
  return {
    [Symbol.asyncDispose]: () => remove(`${definitions}/${name}`),
  }
}

describe('options of the chart', { concurrency: 3 }, () => {
  test('metrics: what Prometheus reads of the master, and what a collector was pushed last, is what the report says; annotations say where, a ConfigMap has the dashboard', async () => {
    await using release = await Release.create()
    const collector = await Receiver.in(release, 'collector')
    await release.secret('otel', { headers: 'authorization=Bearer%20hush-0123456789' })
    const otel = {
      endpoint: 'http://collector',
      protocol: 'http/json',
      interval: '2s',
      headers: { existingSecret: 'otel' },
    }
    const metrics = { annotations: true, dashboard: { enabled: true }, otel }
    const { exitCode, text } = await release.install([{ metrics }])
    assert.equal(exitCode, 0, text)
    const [pod] = await release.pods('master')
    assert.ok(pod)
    const { name, annotations } = pod.metadata
    const { 'prometheus.io/port': port = '', 'prometheus.io/path': path = '' } = annotations ?? {}
    const told = await release.askPod(name, port, path)
    const counts = [...told.matchAll(/^katydid_requests_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count))
    const { totals } = await release.result()
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      totals.requests,
    )
    assert.match(told, /^katydid_run_verdict 0$/m)
    const pushed = await collector.received()
    assert.ok(pushed.length >= 2, 'while the run goes on, too')
    for (const { url, headers } of pushed)
      assert.deepEqual([url, headers.authorization], ['/v1/metrics', 'Bearer hush-0123456789'])
    const last = metricsOf(JSON.parse(pushed.at(-1)?.body ?? '') as OtlpMessage).get('katydid.requests')
    assert.equal(
      last?.sum?.dataPoints.reduce((sum, { asDouble = 0 }) => sum + asDouble, 0),
      totals.requests,
    )
    const found = await release.kubectl('get', 'configmaps', '-l', 'grafana_dashboard=1', '-o', 'json')
    const [dashboard] = (JSON.parse(found) as { items: { data: Record<string, string> }[] }).items
    assert.ok((JSON.parse(dashboard?.data['katydid.json'] ?? '') as { panels: object[] }).panels.length > 10)
  })

  test('a PodMonitor, where the cluster knows them', async () => {
    await using release = await Release.create()
    await using _ = await podMonitorsKnown(release)
    const { exitCode, text } = await release.install([{ metrics: { podMonitor: { enabled: true } } }])
    assert.equal(exitCode, 0, text)
    const monitor = await release.kubectl('get', 'podmonitors', 'shop-master', '-o', 'json')
    const { selector } = (JSON.parse(monitor) as { spec: { selector: { matchLabels: Record<string, string> } } }).spec
    const labels = Object.entries(selector.matchLabels).map(([name, value]) => `${name}=${value}`)
    const pods = await release.kubectl('get', 'pods', '-l', labels.join(), '-o', 'name')
    assert.match(pods, /^pod\/shop-master-\S+\n$/)
  })

  test('Services of the families that the cluster has', async () => {
    await using release = await Release.create()
    const { exitCode, text } = await release.install([{ service: { ipFamilyPolicy: 'PreferDualStack' } }])
    assert.equal(exitCode, 0, text)
    for (const role of ['master', 'target'])
      assert.equal(
        await release.kubectl('get', 'service', `shop-${role}`, '-o', 'jsonpath={.spec.ipFamilyPolicy}'),
        'PreferDualStack',
      )
    assert.equal(await release.counted(), await release.reported())
  })

  test('a budget: neither workers nor master are evicted while the run lasts, and the run does not wait for it', async () => {
    await using release = await Release.create()
    const { done } = release.begin([long, { load: { profile: { runTime: '30s' } } }, budget])
    await release.running()
    for (const role of ['master', 'workers']) {
      const [pod] = await release.pods(role)
      await assert.rejects(release.evict(pod), /disruption budget/, role)
    }
    const { exitCode, text } = await done
    assert.equal(exitCode, 0, text)
    // workers that have ended may go, the master not before the release
    const [master] = await release.pods('master')
    await assert.rejects(release.evict(master), /disruption budget/)
    assert.equal((await release.helm(['uninstall', release.name, '--wait']).done).exitCode, 0)
    assert.equal(await release.kubectl('get', 'poddisruptionbudgets', '-o', 'name'), '')
  })

  test('a host that is not allowed: refused before anything is there', async () => {
    await using release = await Release.create()
    const allowedHosts = ['shop-target']
    const refused = await release.install([{ load: { host: 'http://production.test' }, allowedHosts }])
    assert.equal(refused.exitCode, 1, refused.text)
    assert.match(
      refused.text,
      /load\.host is http:\/\/production\.test, but allowedHosts does not allow the host "production\.test"/,
    )
    assert.equal(await release.kubectl('get', 'pods,deployments,jobs', '-o', 'name'), '')
    const { exitCode, text } = await release.install([{ load: { host: 'http://shop-target:8000' }, allowedHosts }])
    assert.equal(exitCode, 0, text)
  })
})
