import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PodStatus } from './pod-status.ts'
import { VerdictJob } from './verdict-job.ts'

const ended = (exitCode: number, goesOn: boolean): PodStatus => ({
  phase: goesOn ? 'Running' : 'Succeeded',
  containerStatuses: [
    { name: 'verdict', state: { terminated: { exitCode } } },
    { name: 'injected', state: goesOn ? { running: {} } : { terminated: { exitCode: 0 } } },
  ],
})
const waits: PodStatus = {
  phase: 'Running',
  containerStatuses: [
    { name: 'verdict', state: { running: {} } },
    { name: 'injected', state: { running: {} } },
  ],
}

/** What is in the cluster at each look; the last one stays. */
async function settled(looks: PodStatus[], { run = 'r1', over = false, signal = new AbortController().signal } = {}) {
  const patches: unknown[] = []
  const said: string[] = []
  let look = 0
  const api = {
    namespace: 'ns',
    async get(path: string) {
      if (path.endsWith('/jobs/shop-verdict')) {
        const conditions = over || look > 20 ? [{ type: 'Complete', status: 'True' }] : []
        return { metadata: { uid: 'job', annotations: { 'katydid.dev/run': run } }, status: { conditions } }
      }
      return { items: [{ metadata: { name: 'shop-verdict-0-x' }, status: looks[Math.min(look++, looks.length - 1)] }] }
    },
    async patch(_: string, body: unknown) {
      patches.push(body)
    },
  }
  const log = { info: (text: string) => void said.push(text) }
  await new VerdictJob({ api, name: 'shop-verdict', run: 'r1', log, againMs: 1 }).settle(signal)
  return { patches, said }
}

test('a pass that a sidecar keeps is a Job that is complete; anything else one that has failed', async () => {
  const passed = await settled([waits, ended(0, true)])
  assert.deepEqual(passed.patches, [{ spec: { completions: 0, parallelism: 0 } }])
  assert.match(
    passed.said[0] ?? '',
    /pod shop-verdict-0-x has printed the verdict, but its container injected still runs/,
  )
  for (const exitCode of [1, 2])
    assert.deepEqual((await settled([ended(exitCode, true)])).patches, [{ spec: { activeDeadlineSeconds: 1 } }])
})

test('one that ends by itself, or of another run, or that nobody waits for, is left alone', async () => {
  assert.deepEqual((await settled([waits])).patches, [])
  assert.deepEqual((await settled([ended(0, true), ended(0, false)])).patches, [])
  assert.deepEqual((await settled([ended(0, true)], { over: true })).patches, [])
  assert.deepEqual((await settled([ended(0, true)], { signal: AbortSignal.abort() })).patches, [])
  assert.deepEqual((await settled([ended(0, true)], { run: 'r0', signal: AbortSignal.timeout(50) })).patches, [])
})
