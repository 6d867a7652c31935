import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recorder } from '../../stats/recorder.ts'
import type { WorkerInterval } from '../../stats/snapshot.ts'
import { encode, float } from './encode.ts'
import { toLocustStats } from './stats-payload.ts'

const health = { loopDelayMeanMs: 0, loopDelayMaxMs: 0, cpuPercent: 0, gcMs: 0, rssBytes: 0, saturated: false }
const users = { WebA: 4, OtherB: 1 }
const clock = { startedAtEpochMs: 1_000_500 }

function intervalOf(second: number, fill: (recorder: Recorder) => void, durationMs = 1_000): WorkerInterval {
  const recorder = new Recorder()
  fill(recorder)
  return { second, durationMs, stats: recorder.take(), users, health }
}

test('a report of nothing names the classes', () => {
  const total = {
    name: 'Aggregated',
    method: '',
    last_request_timestamp: null,
    start_time: float(1_000.5),
    num_requests: 0,
    num_none_requests: 0,
    num_failures: 0,
    total_response_time: 0,
    max_response_time: 0,
    min_response_time: null,
    total_content_length: 0,
    response_times: new Map(),
    num_reqs_per_sec: new Map(),
    num_fail_per_sec: new Map(),
  }
  const expected = { stats: [], stats_total: total, errors: {}, user_classes_count: users, user_count: 5 }
  const payload = toLocustStats([], users, clock)
  assert.deepEqual(payload, expected)
  assert.deepEqual(encode(payload), encode(expected), 'the order of keys')
})

test('intervals are one report: sums, ends, seconds', () => {
  const intervals = [
    intervalOf(3, (recorder) => {
      const get = recorder.request('GET', '/')
      get.success(105.2, Number.NaN, 100)
      get.success(3, Number.NaN, 10)
      get.failure(1_234.5, Number.NaN, 1, 'HTTP 500')
      get.abort(5)
    }),
    intervalOf(4, (recorder) => recorder.request('GET', '/').success(3.25, Number.NaN, 10), 750),
    intervalOf(5, (recorder) => recorder.request('POST', '/').failure(7, Number.NaN, 0, 'ECONNRESET')),
    intervalOf(6, (recorder) => recorder.request('GET', '/never').abort(5)),
  ]
  const get = {
    name: '/',
    method: 'GET',
    last_request_timestamp: float(1_005.25),
    start_time: float(1_003.5),
    num_requests: 4,
    num_none_requests: 0,
    num_failures: 1,
    total_response_time: float(105.2 + 3 + 1_234.5 + 3.25),
    max_response_time: float(1_234.5),
    min_response_time: float(3),
    total_content_length: 121,
    response_times: new Map([
      [3, 2],
      [110, 1],
      [1_200, 1],
    ]),
    num_reqs_per_sec: new Map([
      [1_003, 3],
      [1_004, 1],
    ]),
    num_fail_per_sec: new Map([[1_003, 1]]),
  }
  const { stats, stats_total, errors } = toLocustStats(intervals, users, clock) as Record<string, unknown>
  const [first, second, ...more] = stats as { num_requests: number }[]
  assert.deepEqual(first, get)
  assert.deepEqual(second, {
    ...get,
    method: 'POST',
    last_request_timestamp: float(1_006.5),
    num_requests: 1,
    total_response_time: float(7),
    max_response_time: float(7),
    min_response_time: float(7),
    total_content_length: 0,
    response_times: new Map([[7, 1]]),
    num_reqs_per_sec: new Map([[1_005, 1]]),
    num_fail_per_sec: new Map([[1_005, 1]]),
  })
  assert.deepEqual(more, [])
  const total = stats_total as Record<string, unknown>
  assert.deepEqual([total.num_requests, total.num_failures, total.total_content_length], [5, 2, 121])
  assert.deepEqual(total.last_request_timestamp, float(1_006.5))
  assert.deepEqual(
    Object.values(errors as object).map(({ method, name, error, occurrences }) => [method, name, error, occurrences]),
    [
      ['GET', '/', 'HTTP 500', 1],
      ['POST', '/', 'ECONNRESET', 1],
    ],
  )
})

test('the same error of several intervals is one, under a key of its own', () => {
  const fail = (second: number, text: string) =>
    intervalOf(second, (recorder) => recorder.request('GET', '/').failure(1, Number.NaN, 0, text))
  const payload = toLocustStats([fail(0, 'a'), fail(1, 'a'), fail(2, 'b')], users, clock)
  const { errors } = payload as unknown as { errors: Record<string, { error: string; occurrences: number }> }
  assert.deepEqual(
    Object.values(errors).map(({ error, occurrences }) => [error, occurrences]),
    [
      ['a', 2],
      ['b', 1],
    ],
  )
  for (const key of Object.keys(errors)) assert.match(key, /^[0-9a-f]{64}$/)
})
