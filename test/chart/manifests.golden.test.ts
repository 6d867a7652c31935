import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseAllDocuments, stringify } from 'yaml'
import { helms, render } from './helm.ts'

const folder = new URL('golden/', import.meta.url)
mkdirSync(folder, { recursive: true })
const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }
const aks = { image: { repository: 'shop/katydid', tag: '1.2.3' }, helmTimeout: '12h' }

/** What each is about, and the values it has. */
const cases: Record<string, (object | string)[]> = {
  'smoke-on-kind': ['smoke.yaml', 'kind.yaml'],
  'soak-on-aks': ['soak.yaml', 'aks.yaml', host, aks],
  'spike-on-eks': ['spike.yaml', 'eks.yaml', host, aks],
  continuous: ['continuous.yaml', host],
  schedule: [
    'schedule.yaml',
    host,
    { schedule: { timeZone: 'Europe/Berlin' }, workers: { count: 2 }, results: { upload: { existingSecret: 'store' } } },
  ],
  'own-load-file': [
    'smoke.yaml',
    host,
    { loadFile: { content: "import { HttpUser } from 'katydid'\n", configMaps: ['rows'] } },
    { registry: { server: 'registry.test', user: 'me', pass: 'secret' }, mesh: 'linkerd' },
    { clusterKey: { existingSecret: 'shared' }, networkPolicy: { enabled: false } },
  ],
  'locust-workers': [
    'smoke.yaml',
    host,
    { workers: { engine: 'locust', count: 4 }, load: { params: { tenant: 'blue' } } },
    { locust: { image: 'shop/locust:2', configMap: 'locustfile', userClasses: { A: 3, B: 1 }, extraArgs: ['-L', 'DEBUG'] } },
  ],
  'results-kept': [
    'smoke.yaml',
    host,
    { results: { persistence: { enabled: true, keep: true, runId: 'v1' }, upload: { existingSecret: 'store' } } },
    { notify: { webhook: { existingSecret: 'chat' } } },
    { metrics: { otel: { endpoint: 'http://collector:4318', headers: { existingSecret: 'otel' } } } },
  ],
  'watched-and-guarded': [
    'load.yaml',
    host,
    {
      helmTimeout: '15m',
      allowedHosts: ['shop\\.test'],
      disruptionBudget: { enabled: true },
      metrics: { annotations: true, podMonitor: { enabled: true, labels: { release: 'prometheus' } } },
      service: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] },
    },
  ],
  'placed-and-labelled': [
    'smoke.yaml',
    host,
    {
      commonLabels: { team: 'shop' },
      commonAnnotations: { owner: 'shop@example.com' },
      workers: { count: 6, processes: 2 },
      placement: { spread: 'hard', avoidPodLabels: { app: 'shop' }, avoid: 'hard' },
      pods: { workers: { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } } },
    },
  ],
  'settings-of-pods': [
    'smoke.yaml',
    host,
    {
      mesh: 'istio',
      serviceAccount: { annotations: { role: 'load' } },
      pods: {
        all: { nodeSelector: { pool: 'load' }, extraEnvFrom: [{ secretRef: { name: 'shop' } }], labels: { team: 'a' } },
        master: { resources: { requests: { cpu: '1' } }, tolerations: [{ key: 'a', operator: 'Exists' }] },
        workers: {
          labels: { team: 'b' },
          topologySpreadConstraints: [],
          sidecars: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }],
          initContainers: [{ name: 'first', image: 'first:1' }],
          volumes: [{ name: 'data', emptyDir: {} }],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          hostAliases: [{ ip: '10.0.0.1', hostnames: ['shop.test'] }],
          terminationGracePeriodSeconds: 90,
        },
      },
    },
  ],
}

interface Manifest {
  kind: string
  metadata: { name: string }
  data?: { key?: string }
}

/** Both Helms give the same objects, each in an order of its own; the key that is made is another each time. */
function normal(text: string): string {
  const all = parseAllDocuments(text).flatMap((document) => (document.toJS() as Manifest | null) ?? [])
  const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`
  all.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  for (const { kind, data } of all) if (kind === 'Secret' && data?.key) data.key = 'made at random'
  return all.map((each) => stringify(each, { lineWidth: 0, sortMapEntries: true })).join('---\n')
}

for (const { major, path: helm, skip } of helms)
  describe(`rendered by Helm ${major}`, { skip }, () => {
    for (const [name, values] of Object.entries(cases))
      test(name, (t) => {
        const { exitCode, stdout, stderr } = render(helm, values)
        assert.equal(exitCode, 0, stderr)
        const path = new URL(`${name}.golden.yaml`, folder).pathname
        t.assert.fileSnapshot(normal(stdout), path, { serializers: [String] })
      })
  })
