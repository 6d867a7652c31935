import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { StopTest } from '../environment/control-flow.ts'
import { type TestRun, testRun } from '../environment/test-run.fixture.ts'
import { events } from './events.ts'
import type { RequestEvent } from './request-hook.ts'
import { bindRuntime, forgetLoadFile } from './runtime.ts'

let run: TestRun
let unbind: () => void
beforeEach(() => {
  run = testRun()
  unbind = bindRuntime(run.runtime)
})
afterEach(() => {
  unbind()
  forgetLoadFile()
})

test('listeners are called in order, quitting’s in reverse; one that throws stops no other and is told once', async () => {
  const log: string[] = []
  const failing = () => {
    throw new Error('broken listener')
  }
  events.testStart.addListener(() => log.push('first'))
  events.testStart.addListener(failing)
  events.testStart.addListener(async () => {
    throw new Error('rejected')
  })
  const last = events.testStart.addListener(() => log.push('last'))
  events.testStart.fire({ environment: run.runtime.environment })
  events.testStart.fire({ environment: run.runtime.environment })
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(log, ['first', 'last', 'first', 'last'])
  assert.deepEqual(
    run.listenerErrors.map(({ hook, error }) => `${hook}: ${(error as Error).message}`),
    ['testStart: broken listener', 'testStart: rejected'],
  )
  events.testStart.removeListener(last)
  events.testStart.removeListener(last)
  await events.testStart.fireAsync({ environment: run.runtime.environment })
  assert.deepEqual(log.slice(4), ['first'])

  events.quitting.addListener(() => log.push('a'))
  events.quitting.addListener(() => log.push('b'))
  await events.quitting.fireAsync({ environment: run.runtime.environment })
  assert.deepEqual(log.slice(5), ['b', 'a'])
})

test('fireAsync waits for each listener before the next', async () => {
  const log: string[] = []
  events.init.addListener(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    log.push('slow')
  })
  events.init.addListener(() => log.push('fast'))
  await events.init.fireAsync({ environment: run.runtime.environment })
  assert.deepEqual(log, ['slow', 'fast'])
})

test('StopTest from a listener ends the run and breaks nothing', () => {
  events.spawningComplete.addListener(() => {
    throw new StopTest('enough users')
  })
  events.spawningComplete.fire({ userCount: 3 })
  assert.deepEqual(run.stops, [{ reason: 'enough users', outcome: 'passed' }])
  assert.deepEqual(run.listenerErrors, [])
})

test('samples are made only while somebody listens to requests', () => {
  assert.equal(run.meter.listener, undefined)
  const seen: RequestEvent[] = []
  const listener = events.request.addListener((event) => seen.push(event))
  run.meter.record('GET', '/', 100, 112.5, Number.NaN, 42)
  events.request.removeListener(listener)
  assert.equal(run.meter.listener, undefined)
  run.meter.record('GET', '/', 0, 1, Number.NaN, 0)
  assert.equal(seen.length, 1)
  const [{ method, requestType, durationMs, responseTime, bytes, responseLength, error }] = seen as [RequestEvent]
  assert.deepEqual(
    [method, requestType, durationMs, responseTime, bytes, responseLength, error],
    ['GET', 'GET', 12.5, 12.5, 42, 42, undefined],
  )
})

test('firing a request records it, under either set of names, and reaches the listeners', () => {
  const seen: RequestEvent[] = []
  events.request.addListener((event) => seen.push(event))
  const exception = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:1883'), { code: 'ECONNREFUSED' })
  events.request.fire({ requestType: 'MQTT', name: 'orders', responseTime: 20, responseLength: 7 })
  events.request.fire({ method: 'MQTT', name: 'orders', durationMs: 30, exception })
  events.request.fire({ method: 'MQTT', name: 'orders', durationMs: 40, error: 'no ack', exception })
  events.request.fire({ method: 'MQTT', name: 'orders', durationMs: 5, exception: null, error: null })
  const { requests, errors } = run.recorder.take()
  assert.equal(requests[0]?.ok.count, 2)
  assert.ok(Math.abs((requests[0]?.ok.sum ?? 0) - 25) < 1e-6)
  assert.equal(requests[0]?.bytes, 7)
  assert.deepEqual(
    errors.map(({ error, occurrences }) => [error, occurrences]),
    [
      ['ECONNREFUSED', 1],
      ['no ack', 1],
    ],
  )
  assert.equal(seen.length, 4)
  assert.equal(seen[1]?.exception, exception)
})

test('moments may be epoch or performance.now() ms; latency then also counts from the intended start', () => {
  const seen: RequestEvent[] = []
  events.request.addListener((event) => seen.push(event))
  const now = performance.now()
  const epoch = performance.timeOrigin + now
  events.request.fire({ method: 'M', name: 'a', startedAt: epoch - 50, intendedAt: epoch - 80, durationMs: 50 })
  events.request.fire({ method: 'M', name: 'a', startedAt: now - 50, intendedAt: now - 80, durationMs: 50 })
  events.request.fire({ method: 'M', name: 'a', startedAt: now - 50 })
  for (const event of seen) assert.ok(Math.abs(event.durationMs - 50) < 5, `${event.durationMs}`)
  assert.ok(Math.abs((seen[0]?.scheduledMs ?? 0) - 80) < 0.01)
  assert.ok(Math.abs((seen[1]?.scheduledMs ?? 0) - 80) < 0.01)
  assert.equal(seen[2]?.scheduledMs, undefined)
  assert.ok(Math.abs((seen[1]?.startedAt ?? 0) - (epoch - 50)) < 0.01)
})

test('a report that cannot be counted is refused', () => {
  assert.throws(() => events.request.fire({ method: 'M', name: '', durationMs: 1 }), {
    message: 'events.request.fire() was called without a name',
  })
  assert.throws(() => events.request.fire({ method: 'M', name: 'a' }), {
    message: 'events.request.fire() was called without a responseTime',
  })
  assert.throws(() => events.request.fire({ method: 'M', name: 'a', durationMs: Number.NaN }), {
    message: 'events.request.fire() was called with the time NaN',
  })
  unbind()
  assert.throws(() => events.request.fire({ method: 'M', name: 'a', durationMs: 1 }), {
    message: 'events.request.fire() was called before the run began',
  })
  assert.deepEqual(run.recorder.take().requests, [])
})
