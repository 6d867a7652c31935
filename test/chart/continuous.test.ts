import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { helms, render } from './helm.ts'

interface Manifest {
  kind: string
  metadata: { annotations?: Record<string, string> }
  spec: {
    replicas: number
    strategy: { type: string }
    template: {
      metadata: { annotations: Record<string, string> }
      spec: { restartPolicy: string; containers: { args: string[] }[] }
    }
  }
}

const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }

for (const { major, path: helm, skip } of helms)
  describe(`mode continuous, by Helm ${major}`, { skip }, () => {
    test('one pod that is started again, never two; no Job, no hook, no key', () => {
      const { exitCode, stdout, stderr } = render(helm, ['continuous.yaml', host])
      assert.equal(exitCode, 0, stderr)
      const all = parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Manifest | null) ?? [])
      const kinds = all.map(({ kind }) => kind)
      assert.ok(!kinds.includes('Job') && !kinds.includes('Secret'), kinds.join())
      assert.ok(!stdout.includes('helm.sh/hook'))
      const pods = all.filter(({ kind }) => kind === 'Deployment')
      assert.equal(pods.length, 1)
      const { replicas, strategy, template } = pods[0]!.spec
      assert.deepEqual([replicas, strategy.type, template.spec.restartPolicy], [1, 'Recreate', 'Always'])
      assert.equal(template.spec.containers[0]?.args[0], 'run')
      assert.doesNotMatch(JSON.stringify(template.metadata.annotations), /do-not-disrupt|safe-to-evict/)
    })

    const mistakes: Record<string, [object, RegExp]> = {
      'a load without a limit': [{ load: { guard: { maxRps: '' } } }, /maxRps/],
      'a load that ends': [{ load: { profile: { runTime: '5m' } } }, /mode continuous has no end: remove .*runTime/],
      'Locust workers': [
        { workers: { engine: 'locust' }, locust: { image: 'a', configMap: 'b' } },
        /mode continuous is one katydid pod/,
      ],
      'more workers': [{ workers: { count: 3 } }, /mode continuous is one pod with one worker: remove workers\.count/],
    }
    for (const [name, [values, says]] of Object.entries(mistakes))
      test(`refused: ${name}`, () => {
        const { exitCode, stderr } = render(helm, ['continuous.yaml', host, values])
        assert.equal(exitCode, 1)
        assert.match(stderr, says)
      })

    test('refused: no limit said at all', () => {
      const values = {
        mode: 'continuous',
        load: { file: 'examples/shop.ts', host: 'http://shop.test', profile: { kind: 'constant', users: 1 } },
      }
      const { exitCode, stderr } = render(helm, [values])
      assert.equal(exitCode, 1)
      assert.match(stderr, /mode continuous needs load\.guard\.maxRps \(for example 5\/s\)/)
    })
  })
