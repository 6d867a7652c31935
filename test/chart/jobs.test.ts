import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { base, helms, Objects, render } from './helm.ts'

for (const { major, path: helm, skip } of helms)
  describe(`Jobs, by Helm ${major}`, { skip }, () => {
    test('a worker is told how often its index has failed, and whose place it has; Locust’s has no use for it', () => {
      const told = (...values: object[]) => {
        const { env = [] } = new Objects(helm, [base, ...values]).podOf('workers').spec.containers[0]
        return env
          .filter(({ name }) => name.startsWith('KATYDID_WORKER_'))
          .map(({ valueFrom }) => (valueFrom as { fieldRef?: { fieldPath: string } }).fieldRef?.fieldPath)
      }
      const both = [
        "metadata.annotations['batch.kubernetes.io/job-index-failure-count']",
        "metadata.labels['batch.kubernetes.io/controller-uid']",
      ]
      assert.deepEqual(told(), both)
      assert.deepEqual(told({ clusterKey: { enabled: false } }), both)
      assert.deepEqual(told({ workers: { engine: 'locust' }, locust: { image: 'a', configMap: 'b' } }), [])
    })

    const processes: [workers: object, pods: number, expected: number][] = [
      [{ count: 6, processes: 3 }, 2, 6],
      [{ count: 5, processes: 4 }, 2, 8],
      [{ usersPerWorker: 3, processes: 2 }, 2, 4],
      [{ count: 1, processes: 8 }, 1, 8],
    ]
    for (const [workers, pods, expected] of processes)
      test(`workers that share their pods: ${JSON.stringify(workers)} are ${expected} in ${pods}`, () => {
        const objects = new Objects(helm, [base, { workers, disruptionBudget: { enabled: true } }])
        const { spec } = objects.named('Job/shop-workers') as { spec?: { completions?: number; parallelism?: number } }
        assert.deepEqual([spec?.completions, spec?.parallelism], [pods, pods])
        const { args } = objects.podOf('workers').spec.containers[0]
        const { processes } = workers as { processes: number }
        assert.equal(args[args.indexOf('--processes') + 1], String(processes))
        const budget = objects.named('PodDisruptionBudget/shop-workers').spec as { minAvailable?: number } | undefined
        assert.equal(budget?.minAvailable, pods)
        const plan = objects.named('ConfigMap/shop-plan').data?.['plan.yaml'] ?? ''
        const { workers: told } = parse(plan) as { workers: object }
        assert.deepEqual(told, { maxWait: '2m', count: expected, processes })
      })

    test('one to a pod is as ever: nothing is said of processes', () => {
      const objects = new Objects(helm, [base])
      assert.ok(!objects.podOf('workers').spec.containers[0].args.includes('--processes'))
      assert.doesNotMatch(objects.named('ConfigMap/shop-plan').data?.['plan.yaml'] ?? '', /processes/)
    })

    test('refused: several in a pod of Locust, or of the one of continuous', () => {
      const locust = { workers: { engine: 'locust', processes: 2 }, locust: { image: 'a', configMap: 'b' } }
      assert.match(
        render(helm, [base, locust]).stderr,
        /workers\.processes is more than 1, but a pod has only one Locust worker/,
      )
      const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' }, workers: { processes: 2 } }
      assert.match(render(helm, ['continuous.yaml', host]).stderr, /one worker: remove workers\.processes/)
    })

    const deadlines: [maxWait: unknown, reach: number, longest: number][] = [
      ['10s', 70, 270],
      ['2m', 180, 600],
      ['10m', 660, 2_040],
      [100.5, 161, 543],
    ]
    for (const [maxWait, reach, longest] of deadlines)
      test(`the verdict waits for a run of which workers may take ${maxWait}: without hooks it begins with the master`, () => {
        const objects = new Objects(helm, [base, { workers: { maxWait }, helmTimeout: '1h' }])
        assert.equal(objects.named('Job/shop-verdict').spec?.activeDeadlineSeconds, longest)
        const { args } = objects.podOf('verdict').spec.containers[0]
        assert.equal(args[args.indexOf('--reach-timeout') + 1], `${reach}s`)
        const run = objects.named('Job/shop-workers').spec?.activeDeadlineSeconds ?? Number.NaN
        assert.equal(args[args.indexOf('--timeout') + 1], `${run + reach}s`)
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
        assert.match(stderr, /jobTtl is 0: set a longer time/)
      })

    test('null takes back what the chart itself says, too', () => {
      const values = { load: { profile: { users: 501 } }, workers: { maxWait: null, usersPerWorker: null } }
      const { spec } = new Objects(helm, [base, values]).named('Job/shop-workers')
      const said = new Objects(helm, [base, { load: { profile: { users: 501 } } }]).named('Job/shop-workers').spec
      assert.equal(spec?.activeDeadlineSeconds, said?.activeDeadlineSeconds)
      assert.equal((spec as { completions?: number }).completions, 2)
    })
  })
