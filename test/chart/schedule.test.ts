import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { helms, Objects, type PodTemplate, render } from './helm.ts'

const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }

interface CronJob {
  schedule: string
  timeZone?: string
  suspend: boolean
  concurrencyPolicy: string
  startingDeadlineSeconds?: number
  successfulJobsHistoryLimit: number
  failedJobsHistoryLimit: number
  jobTemplate: {
    metadata: { labels: Record<string, string> }
    spec: {
      backoffLimit: number
      activeDeadlineSeconds: number
      ttlSecondsAfterFinished?: number
      template: PodTemplate
    }
  }
}

for (const { major, path: helm, skip } of helms)
  describe(`mode schedule, by Helm ${major}`, { skip }, () => {
    const objects = (...values: (object | string)[]) => new Objects(helm, ['schedule.yaml', host, ...values])
    const cronJob = (...values: (object | string)[]) =>
      objects(...values).named('CronJob/shop-schedule').spec as unknown as CronJob
    const podOf = (job: CronJob) => job.jobTemplate.spec.template.spec
    const argsOf = (...values: (object | string)[]) => podOf(cronJob(...values)).containers[0].args

    test('one pod for each run, never two, never again; no hook, no key, no rights, nothing that Helm waits for', () => {
      const { all } = objects()
      const kinds = all.map(({ kind }) => kind).sort()
      assert.deepEqual(kinds, ['ConfigMap', 'CronJob', 'NetworkPolicy', 'NetworkPolicy', 'ServiceAccount'])
      assert.ok(!JSON.stringify(all).includes('helm.sh/hook'))
      const { schedule, concurrencyPolicy, suspend, startingDeadlineSeconds, jobTemplate } = cronJob()
      assert.deepEqual([schedule, concurrencyPolicy, suspend], ['0 * * * *', 'Forbid', false])
      assert.equal(startingDeadlineSeconds, 300)
      const { backoffLimit, template, ttlSecondsAfterFinished } = jobTemplate.spec
      assert.deepEqual([backoffLimit, template.spec.restartPolicy], [0, 'Never'])
      assert.equal(ttlSecondsAfterFinished, undefined, 'keepPassed and keepFailed say how many are kept')
      assert.equal(jobTemplate.metadata.labels['app.kubernetes.io/instance'], 'shop', 'jobs are found by the release')
      assert.match(JSON.stringify(template.metadata.annotations), /do-not-disrupt/)
    })

    test('it ends by its plan, and by a deadline: for a node, the profile, the last tasks', () => {
      assert.equal(cronJob().jobTemplate.spec.activeDeadlineSeconds, 120 + 300 + 10 + 30)
      const values = { load: { profile: { runTime: '1h' } }, workers: { maxWait: '10m' } }
      assert.equal(cronJob(values).jobTemplate.spec.activeDeadlineSeconds, 600 + 3600 + 10 + 30, 'whatever helmTimeout')
    })

    test('when, whose clock, how many are kept, and not now', () => {
      const schedule = {
        cron: '@daily',
        timeZone: 'Europe/Berlin',
        startingDeadline: '90s',
        keepPassed: 0,
        suspend: true,
      }
      const { jobTemplate: _, ...said } = cronJob({ schedule: { ...schedule, keepFailed: 9 } })
      assert.deepEqual(said, {
        schedule: '@daily',
        timeZone: 'Europe/Berlin',
        suspend: true,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 90,
        successfulJobsHistoryLimit: 0,
        failedJobsHistoryLimit: 9,
      })
      assert.equal(cronJob().timeZone, undefined, 'the cluster’s own')
      assert.equal(cronJob({ schedule: { startingDeadline: null } }).startingDeadlineSeconds, undefined)
    })

    const counts: [values: object, processes: string | undefined][] = [
      [{}, undefined],
      [{ workers: { count: 1 } }, undefined],
      [{ workers: { count: 3 } }, '3'],
      [{ load: { profile: { users: 1_001 } } }, '3'],
    ]
    for (const [values, processes] of counts)
      test(`workers are processes of the pod: ${JSON.stringify(values)} are ${processes ?? 'one'}`, () => {
        const args = argsOf(values)
        assert.equal(args[0], 'run')
        assert.equal(args.includes('--processes') ? args[args.indexOf('--processes') + 1] : undefined, processes)
      })

    test('a profile of another file, and the clock besides', () => {
      const { all } = new Objects(helm, ['load.yaml', host], ['--set', 'mode=schedule,schedule.cron=0 3 * * *'])
      assert.ok(all.some(({ kind }) => kind === 'CronJob'))
    })

    test('results: a folder for each run, on a volume too; an upload with its URL by reference, and time for it', () => {
      const results = { persistence: { enabled: true, existingClaim: 'mine' }, upload: { existingSecret: 'store' } }
      const job = cronJob({ results })
      const { containers, volumes } = podOf(job)
      const [{ args, env }] = containers
      assert.equal(args[args.indexOf('--json') + 1], '/results/$(POD_NAME)/result.json')
      assert.deepEqual(env, [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'KATYDID_UPLOAD_URL', valueFrom: { secretKeyRef: { name: 'store', key: 'url' } } },
      ])
      assert.deepEqual(
        volumes.find(({ name }) => name === 'results'),
        { name: 'results', persistentVolumeClaim: { claimName: 'mine' } },
      )
      assert.equal(job.jobTemplate.spec.activeDeadlineSeconds, 120 + 300 + 10 + 30 + 60)
    })

    test('load file, settings of pods, secrets, mesh and pull secret as the master has them', () => {
      const pods = {
        all: { extraEnvFrom: [{ secretRef: { name: 'login' } }] },
        master: { resources: { requests: { cpu: '1' } }, extraArgs: ['--on-saturated', 'warn'] },
      }
      const registry = { server: 'registry.test', user: 'me', pass: 'secret' }
      const loadFile = { content: 'export class A {}', configMaps: ['rows'] }
      const values = { mesh: 'istio', pods, registry, loadFile, placement: { masterApart: false } }
      const scheduled = cronJob(values).jobTemplate.spec.template
      const run = {
        load: {
          file: 'examples/shop.ts',
          host: 'http://shop.test',
          profile: { kind: 'constant', users: 5, runTime: '1m' },
        },
      }
      const master = new Objects(helm, [run, values]).podOf('master')
      const { containers, restartPolicy, ...shared } = scheduled.spec
      const { containers: own, restartPolicy: _, ...expected } = master.spec
      assert.equal(restartPolicy, 'Never')
      // as long as the tasks of each may take
      assert.deepEqual({ ...shared, terminationGracePeriodSeconds: 110 }, expected)
      for (const key of ['image', 'envFrom', 'resources', 'securityContext', 'volumeMounts'] as const)
        assert.deepEqual(containers[0][key], own[0][key], key)
      assert.deepEqual(containers[0].args.slice(-2), ['--on-saturated', 'warn'])
      assert.deepEqual(scheduled.metadata.labels, master.metadata.labels)
    })

    test('its name leaves room for what the cluster adds, however long the release’s is', () => {
      const name = 'a'.repeat(53)
      const { exitCode, stdout, stderr } = render(helm, ['schedule.yaml', host], [], name)
      assert.equal(exitCode, 0, stderr)
      const [, cronJobName = ''] = /kind: CronJob\nmetadata:\n {2}name: (.*)/.exec(stdout) ?? []
      assert.ok(cronJobName.length > 0 && cronJobName.length <= 52, cronJobName)
    })

    const mistakes: Record<string, [object, RegExp]> = {
      'no schedule': [{ schedule: { cron: '' } }, /mode schedule needs schedule\.cron: minute, hour/],
      'a load without end': [
        { load: { profile: { runTime: null } } },
        /load\.profile has no end: set load\.profile\.runTime .*the first run would never end/,
      ],
      'a shape that may never end': [
        { workers: { count: 1 }, load: { profile: { kind: 'shape', users: null, spawnRate: null, runTime: null } } },
        /load\.profile has no end/,
      ],
      'Locust workers': [
        { workers: { engine: 'locust' }, locust: { image: 'a', configMap: 'b' } },
        /mode schedule is one katydid pod: use workers\.engine locust only with mode run/,
      ],
      'more processes than there may be': [
        { workers: { count: 257 } },
        /mode schedule is one pod with .*257 workers are too many, at most 256 are allowed/,
      ],
      'a deadline that the cluster cannot keep': [
        { schedule: { startingDeadline: '5s' } },
        /schedule\.startingDeadline is 5s: set 10s or more/,
      ],
      'four fields': [{ schedule: { cron: '0 * * *' } }, /\/schedule\/cron/],
      'a time zone in the schedule': [{ schedule: { cron: 'TZ=UTC 0 * * * *' } }, /\/schedule\/cron/],
      'a schedule of a run': [{ mode: 'run' }, /schedule\.cron is set, but mode is run: set mode to schedule/],
      'a schedule of a load that never ends': [{ mode: 'continuous' }, /schedule\.cron is set, but mode is continuous/],
    }
    for (const [name, [values, says]] of Object.entries(mistakes))
      test(`refused: ${name}`, () => {
        const { exitCode, stderr } = render(helm, ['schedule.yaml', host, values])
        assert.equal(exitCode, 1)
        assert.match(stderr, says)
      })
  })
