import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Recorder } from '../../stats/recorder.ts'
import type { WorkerInterval } from '../../stats/snapshot.ts'
import type { ToMaster, ToWorker } from '../messages.ts'
import { pack, unpackToMaster, unpackToWorker } from './packing.ts'

const health = { loopDelayMeanMs: 0.5, loopDelayMaxMs: 2, cpuPercent: 12.25, gcMs: 1, rssBytes: 1e8, saturated: true }

function interval(): WorkerInterval {
  const recorder = new Recorder()
  const meter = recorder.request('GET', '/a')
  for (const ms of [0.25, 3, 900.5]) meter.success(ms, ms + 1, 100)
  meter.failure(7, Number.NaN, 0, 'HTTP 503')
  recorder.request('GET', '/a').failure(9, Number.NaN, 0, 'late', 'timeout')
  recorder.request('POST', '/ö').success(1, Number.NaN, 2 ** 40)
  recorder.request('POST', '/ö').abort(4_000)
  recorder.request('GET', '/never').abort(20_000, false)
  recorder.request('GET', '/never').waits(19_000)
  recorder.request('GET', '/only-waits').waits(1)
  const waiting = recorder.takeWaiting()
  const stats = recorder.take()
  stats.exceptions.push({ message: 'm', traceback: 't', count: 2, firstSeen: 1, lastSeen: 2 })
  stats.metrics.push(
    { kind: 'counter', name: 'c', sum: 1.5 },
    { kind: 'rate', name: 'r', trues: 1, count: 2 },
    { kind: 'gauge', name: 'g', value: -3, at: 12 },
    { kind: 'trend', name: 't', values: { count: 1, sum: 2, min: 2, max: 2, buckets: [131072, 1] } },
  )
  return {
    second: 3,
    durationMs: 999.5,
    stats,
    users: { U: 3 },
    arrivals: { offered: 3, started: 2, dropped: 1, late: 1, failed: 2 },
    waiting,
    health,
  }
}

function withoutHealth(): WorkerInterval {
  const { health: _, ...rest } = interval()
  return rest
}

const toMaster: ToMaster[] = [
  { type: 'client_ready', version: '1.2.3', classes: [{ name: 'U', weight: 2.5, fixedCount: 0 }] },
  { type: 'stats', intervals: [interval(), { ...interval(), second: 4 }] },
  {
    type: 'stats',
    intervals: [
      withoutHealth(),
      { ...interval(), left: 2, health: { ...health, stalledMs: 8_000.5, stoppedMs: 7_000 } },
      { ...interval(), unbegunMs: 1_200.5, health: { ...health, pausedMs: 600 } },
    ],
  },
  { type: 'stats', intervals: [] },
  { type: 'spawning' },
  { type: 'spawning_complete', users: { U: 1, V: 0 } },
  { type: 'stop_request', reason: 'enough', outcome: 'failed' },
  { type: 'stop_request', reason: 'no rows', outcome: 'passed', cutShort: true },
  { type: 'exhausted' },
  { type: 'event', kind: 'names_capped', text: 'ü' },
  { type: 'feed_lease', feed: 'f', request: 1, count: 256 },
  { type: 'client_stopped' },
  { type: 'quit' },
  { type: 'message', name: 'hello', data: { a: [1, 2.5, null, 'x'], b: { c: true } } },
]

test('every message of a worker is the same on the other side', () => {
  for (const message of toMaster) assert.deepEqual(unpackToMaster(pack(message)), message, message.type)
})

test('every message of a master is the same on the other side', () => {
  const toWorker: ToWorker[] = [
    { type: 'ack', index: 3 },
    { type: 'start', startedAtEpochMs: 1_795_436_662_478.25, setupData: { a: 1 } },
    { type: 'spawn', target: { timestamp: 1.5, users: { U: 100_000 } } },
    { type: 'feed_rows', feed: 'f', request: 2, rows: [{ n: '1' }, { n: '2' }] },
    { type: 'feed_rows', feed: 'f', request: 3, rows: [], given: 2 },
    { type: 'quit', exitCode: 3 },
    { type: 'message', name: 'hello', data: [1, 'x', null] },
  ]
  for (const message of toWorker) assert.deepEqual(unpackToWorker(pack(message)), message, message.type)
})

test('a kind of event that is not known, of a newer worker, still reaches the run', () => {
  for (const kind of ['target_moved', 'constructor', '', 'x'.repeat(1_000)]) {
    const event = unpackToMaster(pack({ type: 'event', kind, text: 'ü' } as unknown as ToMaster))
    const told = `a worker reported the event ${kind.slice(0, 40)}, which this version does not know: ü`
    assert.deepEqual(event, { type: 'event', kind: 'unknown', text: told })
  }
})

test('retries cross the wire, with and without requests that wait', () => {
  for (const waiting of [undefined, interval().waiting]) {
    const told = interval()
    const [first] = told.stats.requests
    assert.ok(first)
    told.stats.requests = [first, { ...first, name: '/again', retries: 3 }, { ...first, name: '/more', retries: 300 }]
    if (waiting) told.waiting = waiting
    else delete told.waiting
    const message: ToMaster = { type: 'stats', intervals: [told] }
    assert.deepEqual(unpackToMaster(pack(message)), message)
  }
})

test('an interval is packed densely', () => {
  const many = interval()
  many.stats.requests = Array.from({ length: 50 }, (_, i) => ({
    ...(many.stats.requests[0] as (typeof many.stats.requests)[0]),
    name: `/n${i}`,
  }))
  assert.ok(pack({ type: 'stats', intervals: [many] }).length < 50 * 150)
})

test('what is no message of a worker is refused, whatever it is', () => {
  const bad: unknown[] = [
    null,
    [],
    'stats',
    {},
    { type: 'job' },
    { type: 'constructor' },
    { type: 'heartbeat', state: 'ready' },
    { type: 'stats' },
    { type: 'stats', intervals: [null] },
    { type: 'stats', intervals: [[1, 'x']] },
    { type: 'spawning_complete', users: { U: 'many' } },
    { type: 'stop_request', reason: 'x', outcome: 'great' },
    { type: 'event', kind: 1, text: 'x' },
    { type: 'client_ready', version: '1', classes: [{ name: 'U' }] },
  ]
  for (const value of bad)
    assert.throws(() => unpackToMaster(pack(value as ToMaster & { type: 'quit' })), TypeError, JSON.stringify(value))
})

test('any bytes, also ones that were a message before they were changed, are a message or an error', () => {
  const real = toMaster.map((message) => pack(message))
  fc.assert(
    fc.property(
      fc.nat(real.length - 1),
      fc.array(fc.tuple(fc.nat(10_000), fc.nat(255)), { maxLength: 8 }),
      (which, changes) => {
        const bytes = new Uint8Array(real[which] as Uint8Array)
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        try {
          const message = unpackToMaster(bytes)
          assert.equal(typeof message.type, 'string')
        } catch (error) {
          assert.ok(error instanceof Error)
        }
      },
    ),
    { numRuns: 3_000 },
  )
})

test('sentences of a worker are told up to a length', () => {
  const long = 'x'.repeat(200_000)
  const event = unpackToMaster(pack({ type: 'event', kind: 'warning', text: long }))
  const stop = unpackToMaster(pack({ type: 'stop_request', reason: long, outcome: 'failed' }))
  assert.ok(event.type === 'event' && event.text.length <= 4_001)
  assert.ok(stop.type === 'stop_request' && stop.reason.length <= 4_001)
})
