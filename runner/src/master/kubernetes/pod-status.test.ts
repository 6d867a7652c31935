import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PodStatus, podTrouble } from './pod-status.ts'

const ended = (exitCode: number, reason = 'Error', message?: string): PodStatus => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [{ state: { terminated: { exitCode, reason, ...(message ? { message } : {}) } } }],
})
const waiting = (reason: string, message?: string): PodStatus => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'True' }],
  containerStatuses: [{ state: { waiting: { reason, ...(message ? { message } : {}) } } }],
})

const rows: [title: string, status: PodStatus, told: string | undefined][] = [
  ['runs', { phase: 'Running', containerStatuses: [{ state: {} }] }, undefined],
  ['is being made', waiting('ContainerCreating'), undefined],
  ['has passed on', ended(0, 'Completed'), undefined],
  ['was told to go', ended(143), undefined],
  [
    'no node has room',
    {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/1 nodes are available: 1 Too many pods.',
        },
      ],
    },
    'cannot be scheduled: 0/1 nodes are available: 1 Too many pods.',
  ],
  [
    'no image',
    waiting('ImagePullBackOff', 'Back-off pulling image "nosuch"'),
    'ImagePullBackOff: Back-off pulling image "nosuch"',
  ],
  ['too much memory: its log has nothing of that', ended(137, 'OOMKilled', 'joined'), 'OOMKilled'],
  [
    'a log in JSON',
    ended(4, 'Error', '{"level":50,"msg":"the master is silent"}'),
    'ended with exit code 4: the master is silent',
  ],
  ['crashed, with its last line', ended(1, 'Error', 'a\nError: boom\n'), 'ended with exit code 1: Error: boom'],
  [
    'an init container',
    {
      phase: 'Pending',
      initContainerStatuses: [{ state: { terminated: { exitCode: 7 } } }],
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    },
    'ended with exit code 7',
  ],
  [
    'evicted by the API: more than the exit code of its end',
    {
      ...ended(143),
      conditions: [
        {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'EvictionByEvictionAPI',
          message: 'Eviction API: evicting',
        },
      ],
    },
    'EvictionByEvictionAPI: Eviction API: evicting',
  ],
  ['evicted by its node', { phase: 'Failed', reason: 'Evicted', message: 'low on\n memory' }, 'Evicted: low on memory'],
]
for (const [title, status, told] of rows)
  test(title, () => assert.equal(podTrouble(status, new Set([0, 3, 143])), told))
