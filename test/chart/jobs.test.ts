import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, Objects, render } from './helm.ts'

for (const { major, path: helm, skip } of helms)
  describe(`Jobs, by Helm ${major}`, { skip }, () => {
    test('a worker is told how often its index has failed; Locust’s has no use for it', () => {
      const retry = (...values: object[]) =>
        new Objects(helm, [base, ...values])
          .podOf('workers')
          .spec.containers[0].env?.find(({ name }) => name === 'KATYDID_WORKER_RETRY')
      assert.deepEqual(retry()?.valueFrom, {
        fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-index-failure-count']" },
      })
      assert.ok(retry({ clusterKey: { enabled: false } }))
      assert.equal(retry({ workers: { engine: 'locust' }, locust: { image: 'a', configMap: 'b' } }), undefined)
    })

    const deadlines: [maxWait: unknown, seconds: number][] = [
      ['10s', 150],
      ['90s', 150],
      ['2m', 180],
      ['10m', 660],
      [100.5, 161],
    ]
    for (const [maxWait, seconds] of deadlines)
      test(`the verdict’s pod may take ${seconds} s where workers may take ${maxWait}`, () => {
        const objects = new Objects(helm, [base, { workers: { maxWait }, helmTimeout: '1h' }])
        assert.equal(objects.named('Job/shop-verdict').spec?.activeDeadlineSeconds, seconds)
      })

    const lives: [jobTtl: unknown, seconds: number][] = [
      ['10s', 10],
      ['1h30m', 5_400],
      ['500ms', 1],
      [90, 90],
    ]
    for (const [jobTtl, seconds] of lives)
      test(`jobTtl ${jobTtl} is ${seconds} s for both Jobs`, () => {
        const objects = new Objects(helm, [base, { jobTtl }])
        for (const name of ['workers', 'verdict'])
          assert.equal(objects.named(`Job/shop-${name}`).spec?.ttlSecondsAfterFinished, seconds)
      })

    for (const jobTtl of [0, '0', '0s', '0h0m'])
      test(`refused: jobTtl ${JSON.stringify(jobTtl)}`, () => {
        const { exitCode, stderr } = render(helm, [base, { jobTtl }])
        assert.equal(exitCode, 1)
        assert.match(stderr, /jobTtl is 0: Helm 3 takes a Job that is gone for one that succeeded/)
      })

    test('null takes back what the chart itself says, too', () => {
      const values = { load: { profile: { users: 501 } }, workers: { maxWait: null, usersPerWorker: null } }
      const { spec } = new Objects(helm, [base, values]).named('Job/shop-workers')
      const said = new Objects(helm, [base, { load: { profile: { users: 501 } } }]).named('Job/shop-workers').spec
      assert.equal(spec?.activeDeadlineSeconds, said?.activeDeadlineSeconds)
      assert.equal((spec as { completions?: number }).completions, 2)
    })
  })
