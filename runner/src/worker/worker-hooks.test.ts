import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { RunEnvironment, type RunEnvironmentOptions } from '../environment/run-environment.ts'
import { events } from '../hooks/events.ts'
import { Meter } from '../stats/meter.ts'
import { Recorder } from '../stats/recorder.ts'
import { WorkerHooks } from './worker-hooks.ts'

afterEach(() => events.removeAllListeners())

function rig(role: RunEnvironmentOptions['role']) {
  const told: string[] = []
  const environment = new RunEnvironment({ host: undefined, role, meter: new Meter(new Recorder()), onStop: () => {} })
  const hooks = new WorkerHooks({
    ...{ environment, clientId: 'w1', plan: { setupTimeout: 50, teardownTimeout: 50 } },
    tell: (kind, text) => void told.push(`${kind}: ${text}`),
  })
  return { hooks, told }
}

test('what listeners add to a report is in it as JSON, and nothing where nobody listens or in a local run', () => {
  const worker = rig('worker')
  assert.deepEqual(worker.hooks.report(), {})
  events.reportToMaster.addListener(({ clientId, data }) => {
    Object.assign(data, { clientId, at: new Date(0), nothing: undefined })
  })
  assert.deepEqual(worker.hooks.report(), { clientId: 'w1', at: '1970-01-01T00:00:00.000Z' })
  assert.equal(rig('local').hooks.report(), undefined)
})

test('what is not JSON does not keep a report from being sent', () => {
  const { hooks, told } = rig('worker')
  events.reportToMaster.addListener(({ data }) => {
    data.big = 1n
  })
  assert.deepEqual(hooks.report(), {})
  assert.match(told.join(), /^listener_failed: a listener of reportToMaster added a value that is not JSON: /)
})

for (const hook of ['testStart', 'quitting'] as const)
  test(`a listener of ${hook} that never ends is not waited for longer than hooks may take, and told`, async () => {
    const { hooks, told } = rig('worker')
    events[hook].addListener(() => new Promise<never>(() => {}))
    await hooks.fire(hook)
    assert.match(
      told.join(),
      new RegExp(
        `^hook_failed: ${hook} failed on worker w1: not finished after 50 ms: make it faster, or raise the time limit load\\.(setup|teardown)Timeout`,
      ),
    )
  })

test('a worker that leaves waits for no listener of what comes before the load', async () => {
  const { hooks, told } = rig('worker')
  events.testStart.addListener(() => new Promise<never>(() => {}))
  const fired = hooks.fire('testStart')
  hooks.giveUpStart()
  await fired
  assert.deepEqual(told, [])
})
