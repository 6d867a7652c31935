import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { MetricsPage } from '../../runner/src/outputs/prometheus/metrics-page.ts'
import { PrometheusOutput } from '../../runner/src/outputs/prometheus/prometheus.ts'
import { calm, intervalOf, local, planOf, secondOfLoad, startOf } from '../../runner/src/outputs/run.fixture.ts'
import { createRedact } from '../../runner/src/redact.ts'
import { Aggregate } from '../../runner/src/stats/aggregate.ts'
import { base, helms, Objects, render, root } from './helm.ts'

interface Dashboard {
  uid: string
  templating: { list: { name: string; query: string | { query: string } }[] }
  panels: { id: number; title: string; targets: { expr: string; datasource: { uid: string } }[] }[]
}

const file = 'chart/dashboards/katydid.json'
const dashboard = JSON.parse(readFileSync(join(root, file), 'utf8')) as Dashboard

/** What a run that has some of everything tells Prometheus: the labels of each series, by its name. */
async function told(): Promise<Map<string, ReadonlySet<string>>> {
  const page = new MetricsPage()
  const output = new PrometheusOutput(page, createRedact([]), planOf())
  output.start(startOf(new Aggregate(), { workers: () => [local] }))
  const arrivals = { offered: 3, started: 2, dropped: 1 }
  output.interval(intervalOf(5, { stats: secondOfLoad(5), arrivals, targetUsers: 10, health: { a: calm } }))
  const text = await page.text({ run: 'shop-1', state: 'finished', exitCode: 0 })
  const series = text.split('\n').filter((line) => /^\w/.test(line))
  return new Map(
    series.map((line) => {
      const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? []
      return [name, new Set([...labels.matchAll(/(\w+)="/g)].map(([, label]) => label as string))]
    }),
  )
}

test('the dashboard asks for series and labels that the master tells', async () => {
  const known = await told()
  assert.ok(known.size > 25, `only ${known.size}`)
  const queries = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query])),
  ]
  assert.ok(queries.length > 20)
  for (const query of queries) {
    const names = [...query.matchAll(/\bkatydid_\w+/g)].map(([name]) => name)
    assert.ok(names.length > 0, query)
    for (const name of names) assert.ok(known.has(name), `${name} in ${query}`)
    // what Prometheus adds itself
    const labels = new Set(['namespace', 'pod', ...names.flatMap((name) => [...known.get(name)!])])
    const asked = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, by = '']) => by.split(', '))
    const selected = [...query.matchAll(/(\w+)(?:=~|!~|=)"/g)].map(([, label]) => label as string)
    for (const label of [...asked, ...selected]) assert.ok(labels.has(label), `${label} in ${query}`)
  }
})

test('its panels are each their own, and ask the data source that was chosen', () => {
  const ids = dashboard.panels.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const { title, targets } of dashboard.panels)
    for (const { datasource } of targets) assert.match(datasource.uid, /^\$\{datasource\}$/, title)
})

for (const { major, path: helm, skip } of helms)
  describe(`metrics, by Helm ${major}`, { skip }, () => {
    const rendered = (metrics: object, ...values: (object | string)[]) =>
      new Objects(helm, [...(values.length > 0 ? values : [base]), { metrics }])

    test('none of it unless asked for', () => {
      const { all } = new Objects(helm, [base])
      assert.ok(!all.some(({ kind }) => kind === 'PodMonitor'))
      assert.doesNotMatch(JSON.stringify(all), /prometheus\.io|grafana/)
    })

    test('annotations are on the pod that runs the plan, and on no other', () => {
      const objects = rendered({ annotations: true })
      const of = (role: string) =>
        Object.entries(objects.podOf(role).metadata.annotations).filter(([name]) => name.startsWith('prometheus.io/'))
      assert.deepEqual(Object.fromEntries(of('master')), {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': '8089',
        'prometheus.io/path': '/metrics',
      })
      for (const role of ['workers', 'verdict']) assert.deepEqual(of(role), [])
    })

    const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }
    for (const [mode, values] of Object.entries({
      run: [base],
      continuous: ['continuous.yaml', host],
      schedule: ['schedule.yaml', host],
    }))
      test(`a PodMonitor finds the pod of mode ${mode}, by its labels and the name of its port`, () => {
        const objects = rendered({ podMonitor: { enabled: true, labels: { release: 'prometheus' } } }, ...values)
        const { metadata, spec } = objects.named('PodMonitor/shop-master')
        assert.equal(metadata.labels?.release, 'prometheus')
        const { selector, podMetricsEndpoints } = spec as unknown as {
          selector: { matchLabels: Record<string, string> }
          podMetricsEndpoints: object[]
        }
        assert.deepEqual(podMetricsEndpoints, [{ port: 'http', path: '/metrics', interval: '15s' }])
        const job = objects.all.find(({ kind }) => kind === 'CronJob')?.spec as unknown as
          | { jobTemplate: { spec: { template: ReturnType<Objects['podOf']> } } }
          | undefined
        const pod = job?.jobTemplate.spec.template ?? objects.podOf('master')
        for (const [label, value] of Object.entries(selector.matchLabels))
          assert.equal(pod.metadata.labels[label], value, label)
        const { ports } = pod.spec.containers[0] as unknown as { ports: { name: string; containerPort: number }[] }
        assert.equal(ports.find(({ name }) => name === 'http')?.containerPort, 8089)
      })

    const intervals: [unknown, string | undefined][] = [
      ['1m', '60s'],
      [5, '5s'],
      ['500ms', '1s'],
      [null, undefined],
    ]
    for (const [interval, expected] of intervals)
      test(`an interval of ${interval} is ${expected ?? 'Prometheus’s own'}`, () => {
        const { spec } = rendered({ podMonitor: { enabled: true, interval } }).named('PodMonitor/shop-master')
        const [endpoint] = (spec as unknown as { podMetricsEndpoints: { interval?: string }[] }).podMetricsEndpoints
        assert.equal(endpoint?.interval, expected)
      })

    test('the dashboard is the file, as it is, with the label that Grafana’s sidecar looks for', () => {
      const { metadata, data } = rendered({ dashboard: { enabled: true } }).named('ConfigMap/shop-dashboard')
      assert.equal(metadata.labels?.grafana_dashboard, '1')
      assert.equal(data?.['katydid.json'], readFileSync(join(root, file), 'utf8'))
      const other = { enabled: true, labels: { grafana_dashboard: null, dashboards: 'yes' } }
      const { labels = {} } = rendered({ dashboard: other }).named('ConfigMap/shop-dashboard').metadata
      assert.deepEqual([labels.grafana_dashboard, labels.dashboards], [undefined, 'yes'])
    })

    for (const [metrics, says] of [
      [{ podMonitor: { interval: 'soon' } }, /\/metrics\/podMonitor\/interval/],
      [{ serviceMonitor: { enabled: true } }, /'serviceMonitor' not allowed/],
      [{ annotations: { a: 'b' } }, /\/metrics\/annotations/],
    ] as [object, RegExp][])
      test(`refused: ${JSON.stringify(metrics)}`, () => {
        const { exitCode, stderr } = render(helm, [base, { metrics }])
        assert.equal(exitCode, 1)
        assert.match(stderr, says)
      })
  })
