import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, type Manifest, Objects, render } from './helm.ts'

const common = {
  commonLabels: { team: 'shop', 'app.kubernetes.io/part-of': 'tests' },
  commonAnnotations: { owner: 'shop@example.com', 'config.linkerd.io/opaque-ports': '1' },
}
const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }
const everything = {
  loadFile: { content: 'export {}' },
  registry: { server: 'registry.test', user: 'me', pass: 'secret' },
  disruptionBudget: { enabled: true },
  metrics: { podMonitor: { enabled: true }, dashboard: { enabled: true } },
  results: { persistence: { enabled: true, keep: true } },
  serviceAccount: { annotations: { role: 'load' } },
  demoTarget: { enabled: true },
  mesh: 'linkerd',
}

type Metadata = Pick<Manifest['metadata'], 'labels' | 'annotations'>
interface Template {
  metadata: Metadata
  spec?: object
}
interface Selecting {
  selector?: { matchLabels?: object }
  template?: Template
  jobTemplate?: { metadata: Metadata; spec: { template: Template } }
}

/** An object's own metadata, and that of the Jobs and pods it makes. */
function metadataOf({ metadata, spec }: Manifest): Metadata[] {
  const { template, jobTemplate } = (spec ?? {}) as Selecting
  const below = [template, jobTemplate, jobTemplate?.spec.template].flatMap((each) => (each ? [each.metadata] : []))
  return [metadata, ...below]
}

for (const { major, path: helm, skip } of helms)
  describe(`labels and annotations of all objects, by Helm ${major}`, { skip }, () => {
    const modes: [name: string, values: (object | string)[], objects: number][] = [
      ['run', [base, everything], 18],
      ['continuous', ['continuous.yaml', host, { metrics: everything.metrics }], 8],
      ['schedule', ['schedule.yaml', host, everything], 13],
    ]
    for (const [name, values, objects] of modes)
      test(`mode ${name}: every object and every pod has them, and no selector`, () => {
        const { all } = new Objects(helm, [...values, common])
        assert.ok(all.length >= objects, `only ${all.length}`)
        for (const each of all) {
          for (const { labels, annotations } of metadataOf(each)) {
            const who = `${each.kind} ${each.metadata.name}`
            assert.equal(labels?.team, 'shop', who)
            assert.equal(labels?.['app.kubernetes.io/part-of'], 'tests', who)
            assert.equal(annotations?.owner, 'shop@example.com', who)
          }
          assert.doesNotMatch(JSON.stringify((each.spec as Selecting | undefined)?.selector ?? {}), /team/)
        }
      })

    test('what an object has of its own goes over them', () => {
      const objects = new Objects(helm, [base, everything, common, { pods: { workers: { labels: { team: 'load' } } } }])
      assert.equal(objects.podOf('workers').metadata.labels.team, 'load')
      assert.equal(objects.podOf('master').metadata.labels.team, 'shop')
      const { annotations } = objects.named('Service/shop-master').metadata
      assert.equal(annotations?.['config.linkerd.io/opaque-ports'], '5557')
      assert.equal(
        objects.named('Job/shop-workers').metadata.annotations?.['helm.sh/hook'],
        'post-install,post-upgrade',
      )
      const claim = objects.named('PersistentVolumeClaim/shop-results').metadata
      assert.equal(claim.annotations?.['helm.sh/resource-policy'], 'keep')
      assert.equal(objects.named('ServiceAccount/shop').metadata.annotations?.role, 'load')
    })

    const refused: [values: object, text: RegExp][] = [
      [{ commonLabels: { 'app.kubernetes.io/instance': 'a' } }, /commonLabels has app\.kubernetes\.io\/instance/],
      [{ commonLabels: { 'helm.sh/chart': 'a' } }, /commonLabels has helm\.sh\/chart, which the chart sets itself/],
      [{ commonLabels: { team: 7 } }, /commonLabels/],
      [{ commonAnnotations: { 'helm.sh/hook': 'test' } }, /commonAnnotations has helm\.sh\/hook/],
      [{ commonAnnotations: { 'argocd.argoproj.io/hook': 'Sync' } }, /commonAnnotations has argocd/],
    ]
    for (const [values, text] of refused)
      test(`refused: ${JSON.stringify(values)}`, () => {
        const { exitCode, stderr } = render(helm, [base, values])
        assert.equal(exitCode, 1)
        assert.match(stderr, text)
      })
  })
