import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { readValuesFile } from '../../runner/src/plan/values-file.ts'
import { chartSchemaText } from '../../scripts/chart-schema.ts'
import { chartReadme } from '../../scripts/values-table.ts'
import { helms, render, root } from './helm.ts'
import { renderMany } from './render-many.ts'
import { kubernetesType, leavesBelow, type Schema } from './schema-paths.ts'

/** Templates mean the same to both Helms. */
const helm = helms.find(({ skip }) => skip === false)
const schema = JSON.parse(chartSchemaText()) as Schema
const { values: own } = readValuesFile(join(root, 'chart/values.yaml'))

/** What no template reads, and why it may stand there. */
const unread = new Set(['global', 'enabled'])
/** Left out: another value decides, or the cluster. */
const optional = new Set(['workers.count', 'workers.usersPerWorker', 'workers.onLoss', ...unread])

// load is the runner's: what the chart does with it, it does with all of it
const leaves = leavesBelow(schema).filter(({ path }) => path[0] !== 'load')
const nameOf = (path: readonly string[]) => path.join('.')

const base = {
  load: {
    file: 'examples/shop.ts',
    host: 'http://shop.test',
    profile: { kind: 'constant', users: 900, runTime: '1m' },
  },
  helmTimeout: '1h',
  // nothing that is made at random, or of the time
  clusterKey: { existingSecret: 'shared' },
  demoTarget: { enabled: true },
}
const kept = { results: { persistence: { enabled: true, runId: 'v1' } } }
const locust = { workers: { engine: 'locust' }, locust: { image: 'a', configMap: 'b' } }
const schedule = { mode: 'schedule', schedule: { cron: '0 * * * *' } }
const login = { registry: { server: 'registry.test', user: 'me', pass: 'secret' } }

/** What must hold for a value to matter. */
const settings: [prefix: string, values: object][] = [
  ['locust.', locust],
  ['registry.', login],
  ['schedule.', schedule],
  ['clusterKey.enabled', { clusterKey: { existingSecret: '' } }],
  ['results.persistence.enabled', { results: { persistence: { runId: 'v1' } } }],
  ['results.persistence.', kept],
  ['notify.', { notify: { webhook: { existingSecret: 'chat' } } }],
  ['placement.avoid', { placement: { avoidPodLabels: { app: 'shop' } } }],
  ['metrics.podMonitor.', { metrics: { podMonitor: { enabled: true } } }],
  [
    'metrics.otel.headers.key',
    { metrics: { otel: { endpoint: 'http://otel:4318', headers: { existingSecret: 'otel' } } } },
  ],
  ['metrics.otel.', { metrics: { otel: { endpoint: 'http://otel:4318' } } }],
  ['metrics.dashboard.', { metrics: { dashboard: { enabled: true } } }],
  ['networkPolicy.egress.enabled', { load: { host: null } }],
  [
    'networkPolicy.egress.apiServer',
    { rbac: { create: true }, networkPolicy: { egress: { enabled: true, to: [{}] } } },
  ],
  ['networkPolicy.egress.', { networkPolicy: { egress: { enabled: true, to: [{}] } } }],
  ['results.upload.key', { results: { upload: { existingSecret: 'store' } } }],
]

/** Values that are not made from the schema alone: of a form that a template or Kubernetes wants. */
const others: Record<string, unknown> = {
  'workers.engine': 'locust',
  helmTimeout: '1s',
  'notify.outcomes': ['failed', 'broken'],
  'notify.link': 'https://ci.test/7',
  'metrics.otel.endpoint': 'http://other:4318',
  allowedHosts: ['other.test'],
  'locust.userClasses': { A: 2 },
  'schedule.cron': '7 * * * *',
  'schedule.startingDeadline': '77s',
  'service.ipFamilyPolicy': 'PreferDualStack',
  'image.digest': `sha256:${'1'.repeat(64)}`,
  'image.repository': 'mine/katydid',
  'clusterKey.existingSecret': 'other',
  'results.persistence.size': '7Gi',
  'demoTarget.latency': '7s',
  'demoTarget.errorRate': '7%',
  extraObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' } }],
}

/** Of each type of Kubernetes that a setting is, or is a list of. */
const samples: Record<string, object> = {
  Affinity: { nodeAffinity: {} },
  Container: { name: 'other', restartPolicy: 'Always' },
  EnvFromSource: { secretRef: { name: 'other' } },
  EnvVar: { name: 'other', value: '7' },
  HostAlias: { ip: '127.0.0.1', hostnames: ['other'] },
  NetworkPolicyEgressRule: { to: [{ ipBlock: { cidr: '10.0.0.0/16' } }] },
  NetworkPolicyPeer: { ipBlock: { cidr: '10.0.0.0/16' } },
  PodDNSConfig: { nameservers: ['127.0.0.1'] },
  PodSecurityContext: { runAsUser: 7 },
  Probe: { tcpSocket: { port: 7 } },
  ResourceRequirements: { requests: { cpu: '7m' } },
  SecurityContext: { runAsUser: 7 },
  Toleration: { key: 'other' },
  TopologySpreadConstraint: { maxSkew: 7, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
  Volume: { name: 'other', emptyDir: {} },
  VolumeMount: { name: 'other', mountPath: '/other' },
}

/** What a check refuses, since it does not go with the rest. */
const refused: Record<string, RegExp> = {
  'workers.engine': /set locust\.image and locust\.configMap/,
  helmTimeout: /longer than helmTimeout 1s/,
  mode: /mode schedule needs schedule\.cron/,
  allowedHosts: /load\.host is http:\/\/shop\.test, but allowedHosts does not allow the host "shop\.test"/,
}

/** A value that is allowed, and is not the one that stands there. */
function otherThan(value: unknown, schema: Schema): unknown {
  const { type, enum: choices, anyOf = [], items } = schema
  const kubernetes = kubernetesType(schema)
  if (kubernetes) return samples[kubernetes]
  const types = [type, ...anyOf.map((each) => each.type)].flat()
  if (choices) return choices.findLast((choice) => choice !== null && choice !== value)
  if (types.includes('boolean')) return value !== true
  if (types.includes('integer') || types.includes('number')) return anyOf.length > 0 && value !== '7s' ? '7s' : 7
  if (types.includes('array')) return [otherThan(undefined, items ?? {})]
  if (types.includes('string')) return 'other'
  return { name: 'other' }
}

const nested = (path: readonly string[], value: unknown) =>
  path.reduceRight<unknown>((below, key) => ({ [key]: below }), value) as object

/** A run of other pods is another run: that does not count as reading a value. */
const withoutRun = (text: string) => text.replaceAll(/r1-[0-9a-f]{8}/g, 'the run')

const noSetting: readonly object[] = [base]
const withSettings = new Map(settings.map(([prefix, values]) => [prefix, [base, values]]))
const checked = leaves
  .filter(({ path }) => !unread.has(nameOf(path)))
  .map(({ path, schema: leaf }) => {
    const name = nameOf(path)
    const prefix = [...withSettings.keys()].find((each) => name.startsWith(each))
    const before = (prefix !== undefined && withSettings.get(prefix)) || noSetting
    const standing = [own, ...before].reduce<unknown>(
      (known, values) => path.reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], values) ?? known,
      undefined,
    )
    const value = name in others ? others[name] : otherThan(standing, leaf)
    return { name, value, before, after: [...before, nested(path, value)] }
  })

/** Of all of them that no check refuses, by one Helm. Where that one fails each is rendered by itself, so that the right test says so. */
function renderedTogether(path: string): Map<readonly object[], string> {
  const all = [
    ...new Set(checked.map((each) => each.before)),
    ...checked.filter(({ name }) => !(name in refused)).map((each) => each.after),
  ]
  try {
    const texts = renderMany(path, all)
    return new Map(all.map((values, index) => [values, texts[index]!]))
  } catch (error) {
    console.error((error as Error).message)
    return new Map()
  }
}

describe('values, schema, templates and README agree', () => {
  test('every value of the schema has a row in the README', () => {
    const page = readFileSync(chartReadme, 'utf8')
    for (const { path } of leaves) {
      const [section, role, key] = path
      // settings of pods are in one table for all roles
      const row = section === 'pods' && key !== 'extraArgs' ? `pods.all.${key}` : nameOf(path)
      if (row !== 'global') assert.ok(page.includes(`| \`${row}\` |`), `no row of ${row} (${role})`)
    }
  })

  test('every value has a default, or may be left out', () => {
    for (const { path } of leaves) {
      const isThere = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], own)
      const mayBe = path[0] === 'pods' || optional.has(nameOf(path))
      assert.equal(isThere === undefined, mayBe, nameOf(path))
    }
  })

  describe('every value of the schema is read by a template', { skip: !helm && 'there is no Helm' }, () => {
    assert.ok(leaves.length > 150, `only ${leaves.length}`)
    let together = new Map<readonly object[], string>()
    before(() => {
      together = renderedTogether(helm!.path)
    })
    const textOf = (values: readonly object[]) => {
      const known = together.get(values)
      if (known !== undefined) return withoutRun(known)
      const { exitCode, stdout, stderr } = render(helm!.path, values)
      assert.equal(exitCode, 0, stderr)
      return withoutRun(stdout)
    }
    for (const { name, value, before, after } of checked)
      test(name, () => {
        if (name in refused) return assert.match(render(helm!.path, after).stderr, refused[name] as RegExp)
        assert.notEqual(textOf(after), textOf(before), `nothing is another for ${JSON.stringify(value)}`)
      })
  })
})
