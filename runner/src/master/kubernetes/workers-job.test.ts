import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PodStatus } from './pod-status.ts'
import { WorkersJob } from './workers-job.ts'

const unscheduled: PodStatus = {
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', message: 'no room' }],
}
const pulling: PodStatus = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] }
const running: PodStatus = { phase: 'Running' }
const succeeded: PodStatus = { phase: 'Succeeded' }

/** What is in the cluster; may change while it is looked at. */
interface Cluster {
  run?: string
  conditions?: { type: string; status: string }[]
  pods?: PodStatus[]
  /** Of the pods; left out: one after another. */
  indexes?: number[]
  /** Of the Job (`job`) or a pod (`pod-1`). */
  events?: { of: string; reason: string; message: string }[]
  /** Instead of an answer about the Job. */
  error?: string
}

function jobIn(cluster: Cluster) {
  const asked = new Set<string>()
  const patches: unknown[] = []
  const warned: string[] = []
  const api = {
    namespace: 'ns',
    async get(path: string, query: Readonly<Record<string, string>>) {
      const { run = 'r1', conditions = [], pods = [], indexes, events = [], error } = cluster
      asked.add([path, ...Object.values(query)].join(' '))
      if (path.endsWith('/jobs/shop-workers')) {
        if (error) throw new Error(error)
        return { metadata: { uid: 'job', annotations: { 'katydid.dev/run': run } }, status: { conditions } }
      }
      if (path.endsWith('/events'))
        return { items: events.filter(({ of }) => query.fieldSelector === `involvedObject.uid=${of},type=Warning`) }
      assert.deepEqual(
        [path, query],
        ['/api/v1/namespaces/ns/pods', { labelSelector: 'batch.kubernetes.io/controller-uid=job' }],
      )
      const labels = (index: number) => ({ 'batch.kubernetes.io/job-completion-index': String(index) })
      return {
        items: pods.map((status, i) => ({
          metadata: { name: `shop-workers-${i}-x`, uid: `pod-${i}`, labels: labels(indexes?.[i] ?? i) },
          status,
        })),
      }
    },
    async patch(path: string, body: unknown) {
      patches.push([path, body])
    },
  }
  const log = { warn: (text: string) => void warned.push(text), info: () => {} }
  return { job: new WorkersJob({ api, name: 'shop-workers', run: 'r1', log, againMs: 1 }), asked, patches, warned }
}

describe('why workers are missing', () => {
  const quota = 'pods "shop-workers-0" is forbidden: exceeded quota'
  const rows: [title: string, cluster: Cluster, told: string[]][] = [
    ['all run', { pods: [running, running] }, []],
    [
      'one reason for many',
      { pods: [unscheduled, running, unscheduled] },
      ['shop-workers-0, shop-workers-2: cannot be scheduled: no room'],
    ],
    [
      'more than anybody reads',
      { pods: Array.from({ length: 8 }, () => unscheduled) },
      [
        'shop-workers-0, shop-workers-1, shop-workers-2, shop-workers-3, shop-workers-4 and 3 more: cannot be scheduled: no room',
      ],
    ],
    [
      'the same again and again',
      { indexes: [1, 1], pods: [unscheduled, unscheduled] },
      ['shop-workers-1 (2 times): cannot be scheduled: no room'],
    ],
    [
      'a quota: no pod was made',
      {
        events: [
          { of: 'job', reason: 'FailedCreate', message: 'old' },
          { of: 'job', reason: 'FailedCreate', message: quota },
          { of: 'job', reason: 'PodFailurePolicy', message: 'exit code 3' },
          { of: 'other', reason: 'FailedCreate', message: 'of another' },
        ],
      },
      [`shop-workers could not create a pod: ${quota}`],
    ],
    [
      'a volume that is not there, which only an event says',
      {
        pods: [pulling, running],
        events: [
          { of: 'pod-0', reason: 'FailedMount', message: 'configmap "mine" not found' },
          { of: 'pod-1', reason: 'Unhealthy', message: 'runs all the same' },
        ],
      },
      ['shop-workers-0: FailedMount: configmap "mine" not found'],
    ],
    [
      'a node that came late is no reason any more',
      { pods: [pulling], events: [{ of: 'pod-0', reason: 'FailedScheduling', message: '0/3 nodes' }] },
      [],
    ],
    ['the Job of the run before', { run: 'r0', pods: [unscheduled] }, []],
    ['an API server that refuses', { error: 'the API server answered 403' }, []],
  ]
  for (const [title, cluster, told] of rows)
    test(title, async () => {
      const { job, warned } = jobIn(cluster)
      assert.deepEqual(await job.troubles(), told)
      assert.equal(warned.length, cluster.error ? 1 : 0)
    })
})

const none = ['/apis/batch/v1/namespaces/ns/jobs/shop-workers', { spec: { completions: 0, parallelism: 0 } }]

describe('no worker is wanted any more', () => {
  const rows: [title: string, cluster: Cluster, done: boolean, patches: unknown[]][] = [
    ['also of those that run', { pods: [running, unscheduled] }, true, [none]],
    ['a Job of another run is left alone', { run: 'r0' }, false, []],
    ['an API server that refuses', { error: '403' }, false, []],
  ]
  for (const [title, cluster, done, patches] of rows)
    test(title, async () => {
      const all = jobIn(cluster)
      assert.equal(await all.job.cancel(), done)
      assert.deepEqual(all.patches, patches)
    })
})

describe('when the run is over', () => {
  const rows: [title: string, cluster: Cluster, patches: unknown[]][] = [
    ['pods that never came are waited for no longer', { pods: [unscheduled, unscheduled] }, [none]],
    ['nor those that could not even be made', { pods: [] }, [none]],
    ['nor the one that is to replace another', { pods: [succeeded, unscheduled] }, [none]],
    ['workers that run leave by themselves', { pods: [running, unscheduled] }, []],
    ['all have ended: the Job will say so', { pods: [succeeded, { phase: 'Failed' }] }, []],
    [
      'a Job that is over is left alone',
      { pods: [unscheduled], conditions: [{ type: 'FailureTarget', status: 'True' }] },
      [],
    ],
    ['so is that of another run', { run: 'r0', pods: [unscheduled] }, []],
  ]
  for (const [title, cluster, patches] of rows)
    test(`at a first look: ${title}`, async () => {
      const all = jobIn(cluster)
      await all.job.cancelRest(AbortSignal.abort())
      assert.deepEqual(all.patches, patches)
    })

  test('pods that another container keeps are waited for no longer', async () => {
    const own = (running: boolean) => ({
      name: 'worker',
      state: running ? { running: {} } : { terminated: { exitCode: 0 } },
    })
    const kept = (running: boolean): PodStatus => ({
      phase: 'Running',
      containerStatuses: [own(running), { name: 'injected', state: { running: {} } }],
    })
    const some = jobIn({ pods: [kept(false), kept(true)] })
    await some.job.cancelRest(AbortSignal.abort())
    await some.job.cancelRest(AbortSignal.abort())
    assert.deepEqual(some.patches, [])
    const all = jobIn({ pods: [kept(false), succeeded] })
    await all.job.cancelRest(new AbortController().signal)
    assert.deepEqual(all.patches, [none])
  })

  test('workers that crash are not tried again, with longer and longer pauses', async () => {
    const { job, patches } = jobIn({ pods: [{ phase: 'Failed' }] })
    await job.cancelRest(new AbortController().signal)
    assert.deepEqual(patches, [none])
  })

  test('workers that have just left have a look’s time to end their Job', async () => {
    const cluster: Cluster = { pods: [running, succeeded] }
    const { job, patches } = jobIn(cluster)
    await job.cancelRest(AbortSignal.abort())
    cluster.pods = [succeeded, succeeded]
    await job.cancelRest(AbortSignal.abort())
    assert.deepEqual(patches, [])
  })

  test('a Job that is not there yet is looked for again, and complained of once', async () => {
    const cluster: Cluster = { error: 'not found', pods: [unscheduled] }
    const { job, patches, warned } = jobIn(cluster)
    const cancelling = job.cancelRest(new AbortController().signal)
    setTimeout(() => delete cluster.error, 20)
    await cancelling
    assert.deepEqual([patches, warned.length], [[none], 1])
  })

  test('one that never comes is given up', async () => {
    const { job, patches } = jobIn({ run: 'r0', pods: [unscheduled] })
    await job.cancelRest(new AbortController().signal)
    assert.deepEqual(patches, [])
  })
})
