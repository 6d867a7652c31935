import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, type Manifest, Objects, render } from './helm.ts'

const off = { run: { enabled: false } }
const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }
const more = {
  disruptionBudget: { enabled: true },
  loadFile: { content: 'export {}' },
  clusterKey: { existingSecret: 'a' },
}

const namesOf = (all: readonly Manifest[]) => all.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()

for (const { major, path: helm, skip } of helms)
  describe(`run.enabled: false, by Helm ${major}`, { skip }, () => {
    test('all is there but what makes load, and what waits for it', () => {
      const idle = new Objects(helm, [base, more, off])
      const busy = new Objects(helm, [base, more])
      const left = ['Job/shop-verdict', 'Job/shop-workers']
      const budgets = ['PodDisruptionBudget/shop-master', 'PodDisruptionBudget/shop-workers']
      assert.deepEqual(
        namesOf(idle.all),
        namesOf(busy.all).filter((name) => ![...left, ...budgets].includes(name)),
      )
      const replicas = (objects: Objects) =>
        (objects.named('Deployment/shop-master').spec as { replicas?: number }).replicas
      assert.deepEqual([replicas(idle), replicas(busy)], [0, 1])
    })

    test('on again the same run is a run: nothing else is another', () => {
      const master = (values: object[]) => new Objects(helm, [base, ...values]).podOf('master')
      assert.deepEqual(master([off]), master([]))
    })

    test('a load that never ends, and one by the clock', () => {
      const continuous = new Objects(helm, ['continuous.yaml', host, off]).named('Deployment/shop-master')
      assert.equal((continuous.spec as { replicas?: number }).replicas, 0)
      const schedule = new Objects(helm, ['schedule.yaml', host, off]).named('CronJob/shop-schedule')
      assert.equal((schedule.spec as { suspend?: boolean }).suspend, true)
    })

    test('what would be refused with a load is refused without: somebody will turn it on', () => {
      const { exitCode, stderr } = render(helm, [base, off, { helmTimeout: '1s' }])
      assert.equal(exitCode, 1)
      assert.match(stderr, /longer than helmTimeout 1s/)
    })
  })
