import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { helms, render } from './helm.ts'

interface Manifest {
  kind: string
  metadata: { name: string; annotations?: Record<string, string> }
  spec: {
    resources?: { requests: { storage: string } }
    activeDeadlineSeconds?: number
    template?: { spec: { containers: { args: string[]; env?: { name: string }[] }[]; volumes: { name: string }[] } }
  }
}

const base = {
  load: { file: 'examples/shop.ts', host: 'http://shop.test', profile: { kind: 'constant', users: 10, runTime: '1m' } },
}

for (const { major, path: helm, skip } of helms)
  describe(`results, by Helm ${major}`, { skip }, () => {
    function rendered(values: object): Manifest[] {
      const { exitCode, stdout, stderr } = render(helm, [base, values])
      assert.equal(exitCode, 0, stderr)
      return parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Manifest | null) ?? [])
    }
    const named = (all: Manifest[], name: string) =>
      all.find(({ kind, metadata }) => `${kind}/${metadata.name}` === name)
    const argsOf = (all: Manifest[], name: string) => named(all, name)?.spec.template?.spec.containers[0]?.args ?? []
    const after = (args: string[], flag: string) => args[args.indexOf(flag) + 1] ?? ''

    test('they go with the pod unless there is a volume', () => {
      const all = rendered({})
      const { volumes } = named(all, 'Deployment/shop-master')?.spec.template?.spec ?? {}
      assert.deepEqual(
        volumes?.find(({ name }) => name === 'results'),
        { name: 'results', emptyDir: {} },
      )
      assert.equal(after(argsOf(all, 'Deployment/shop-master'), '--checkpoint-interval'), '1m')
      assert.ok(!all.some(({ kind }) => kind === 'PersistentVolumeClaim'))
    })

    test('a volume of the release, with a folder for each run that master and workers call the same', () => {
      const all = rendered({ results: { persistence: { enabled: true, size: '5Gi', keep: true } } })
      const claim = named(all, 'PersistentVolumeClaim/shop-results')
      assert.equal(claim?.spec.resources?.requests.storage, '5Gi')
      assert.equal(claim?.metadata.annotations?.['helm.sh/resource-policy'], 'keep')
      const token = after(argsOf(all, 'Deployment/shop-master'), '--run-token')
      assert.match(token, /^r1-[0-9a-f]{8}-\d{8}-\d{6}$/)
      assert.equal(after(argsOf(all, 'Deployment/shop-master'), '--json'), `/results/${token}/result.json`)
      assert.equal(after(argsOf(all, 'Job/shop-workers'), '--run-token'), token)
    })

    test('a volume that exists; a run that is named', () => {
      const all = rendered({ results: { persistence: { enabled: true, existingClaim: 'mine', runId: 'v1.2' } } })
      assert.ok(!all.some(({ kind }) => kind === 'PersistentVolumeClaim'))
      assert.match(after(argsOf(all, 'Deployment/shop-master'), '--run-token'), /^r1-[0-9a-f]{8}-v1\.2$/)
    })

    test('an upload: its URL by reference, and time for it', () => {
      const [without, all] = [rendered({}), rendered({ results: { upload: { existingSecret: 'store' } } })]
      const [container] = named(all, 'Deployment/shop-master')?.spec.template?.spec.containers ?? []
      assert.deepEqual(
        container?.env?.find(({ name }) => name === 'KATYDID_UPLOAD_URL'),
        { name: 'KATYDID_UPLOAD_URL', valueFrom: { secretKeyRef: { name: 'store', key: 'url' } } },
      )
      const deadline = (of: Manifest[]) => named(of, 'Job/shop-workers')?.spec.activeDeadlineSeconds ?? 0
      assert.equal(deadline(all) - deadline(without), 60)
    })

    test('a webhook: its URL by reference and nowhere else, what it is told, and time for it', () => {
      const notify = { webhook: { existingSecret: 'chat', key: 'slack' }, outcomes: ['failed', 'broken'] }
      const [without, all] = [rendered({}), rendered({ notify: { ...notify, link: 'https://ci.test/7' } })]
      const [container] = named(all, 'Deployment/shop-master')?.spec.template?.spec.containers ?? []
      assert.deepEqual(
        container?.env?.filter(({ name }) => name.startsWith('KATYDID_NOTIFY_')),
        [
          { name: 'KATYDID_NOTIFY_URL', valueFrom: { secretKeyRef: { name: 'chat', key: 'slack' } } },
          { name: 'KATYDID_NOTIFY_OUTCOMES', value: 'failed,broken' },
          { name: 'KATYDID_NOTIFY_RELEASE', value: 'shop' },
          { name: 'KATYDID_NOTIFY_NAMESPACE', value: 'default' },
          { name: 'KATYDID_NOTIFY_LINK', value: 'https://ci.test/7' },
        ],
      )
      assert.doesNotMatch(JSON.stringify(without), /KATYDID_NOTIFY/)
      const deadline = (of: Manifest[]) => named(of, 'Job/shop-workers')?.spec.activeDeadlineSeconds ?? 0
      assert.equal(deadline(all) - deadline(without), 15)
      // at once with an upload, which may take longer
      const both = rendered({ notify, results: { upload: { existingSecret: 'store' } } })
      assert.equal(deadline(both) - deadline(without), 60)
    })

    test('metrics pushed by OTLP: where to, headers by reference, and time for the last of them', () => {
      const otel = {
        endpoint: 'http://collector:4318',
        interval: '1.5s',
        headers: { existingSecret: 'otel', key: 'token' },
      }
      const [without, all] = [rendered({}), rendered({ metrics: { otel } })]
      const [container] = named(all, 'Deployment/shop-master')?.spec.template?.spec.containers ?? []
      assert.deepEqual(
        container?.env?.filter(({ name }) => name.includes('OTEL_')),
        [
          { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector:4318' },
          { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
          { name: 'OTEL_METRIC_EXPORT_INTERVAL', value: '1500' },
          { name: 'KATYDID_OTEL_ATTRIBUTES', value: 'service.namespace=default,service.instance.id=shop' },
          { name: 'OTEL_EXPORTER_OTLP_HEADERS', valueFrom: { secretKeyRef: { name: 'otel', key: 'token' } } },
        ],
      )
      assert.ok(container?.args.includes('--otel'))
      assert.doesNotMatch(JSON.stringify(without), /otel/i)
      assert.doesNotMatch(JSON.stringify(named(all, 'Job/shop-workers')), /otel/i)
      const deadline = (of: Manifest[]) => named(of, 'Job/shop-workers')?.spec.activeDeadlineSeconds ?? 0
      assert.equal(deadline(all) - deadline(without), 15)
    })

    for (const notify of [
      { outcomes: [] },
      { outcomes: ['fine'] },
      { link: 'ci.test' },
      { webhook: { url: 'https://a' } },
    ])
      test(`refused: notify ${JSON.stringify(notify)}`, () => {
        const { exitCode, stderr } = render(helm, [base, { notify }])
        assert.equal(exitCode, 1)
        assert.match(stderr, /notify/)
      })

    test('refused: a webhook that waits for the end of a load without one', () => {
      const values = { load: { file: 'a.ts', host: 'http://shop.test' }, notify: { webhook: { existingSecret: 'a' } } }
      assert.match(
        render(helm, ['continuous.yaml', values]).stderr,
        /mode continuous has no end, so it never calls a webhook/,
      )
    })
  })
