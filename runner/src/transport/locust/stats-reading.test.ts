import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Aggregate, type RequestStats } from '../../stats/aggregate.ts'
import { otherName } from '../../stats/cardinality-limit.ts'
import { exceptionOf, fromLocustStats, type LocustReport } from './stats-reading.ts'

function read(data: unknown): LocustReport & { total: Aggregate } {
  const report = fromLocustStats(data)
  assert.ok(report)
  const total = new Aggregate()
  total.merge(report.stats)
  return { ...report, total }
}

function readRow(row: Record<string, unknown>): RequestStats | undefined {
  return read({ stats: [{ name: '/', method: 'GET', ...row }] }).total.request('GET', '/')
}

const figures = (stats: RequestStats | undefined) => stats && [stats.requests, stats.failures, stats.bytes]
const ends = (stats: RequestStats | undefined) => stats && [stats.all().min, stats.all().max, stats.all().sum]
const percentiles = (stats: RequestStats | undefined, ...quantiles: number[]) =>
  quantiles.map((quantile) => stats?.all().percentile(quantile))

test('the totals of what Python workers sent are the sums of their rows', () => {
  const file = new URL('../../../../test/fixtures/locust-capture.jsonl', import.meta.url)
  const frames = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const reports = frames.filter(({ type }) => type === 'stats').map(({ data }) => data)
  assert.equal(reports.length, 8)
  for (const data of reports) {
    const { total, users } = read(data)
    const { stats_total: said, errors, user_classes_count: counts } = data
    assert.deepEqual(figures(total.total), [said.num_requests, said.num_failures, said.total_content_length])
    assert.deepEqual(users, counts)
    assert.equal(total.errors().length, Object.keys(errors).length)
    for (const row of data.stats.filter((row: { num_none_requests: number }) => row.num_none_requests === 0)) {
      const stats = total.request(row.method, row.name)
      assert.deepEqual(figures(stats), [row.num_requests, row.num_failures, row.total_content_length])
      assert.deepEqual(ends(stats)?.slice(0, 2), [row.min_response_time, row.max_response_time])
      assert.ok(Math.abs((stats?.all().sum ?? 0) - row.total_response_time) < 1e-9)
    }
  }
})

test('failures take their part of every time, and counts, ends and sum stay right', () => {
  const row = {
    num_requests: 100,
    num_failures: 10,
    total_response_time: 14_499.5,
    min_response_time: 9.75,
    max_response_time: 1_024.5,
    response_times: { 10: 50, 100: 40, 1000: 10 },
  }
  const stats = readRow(row)
  assert.deepEqual([stats?.ok.count, stats?.failed.count], [90, 10])
  assert.deepEqual(
    stats?.failed.toData().buckets.filter((_, i) => i % 2),
    [5, 4, 1],
  )
  assert.deepEqual(ends(stats), [9.75, 1_024.5, 14_499.5])
  assert.deepEqual(percentiles(stats, 0.5, 0.9, 0.95), [10, 100, 1_000])
})

test('of a single failure the time is one of the row, and not the greatest for that', () => {
  const times = { min_response_time: 1, max_response_time: 5, total_response_time: 27 }
  const stats = readRow({ ...times, num_requests: 9, num_failures: 1, response_times: { 1: 3, 3: 3, 5: 3 } })
  assert.deepEqual([stats?.failed.min, stats?.failed.max, stats?.failed.mean], [3, 3, 3])
  assert.deepEqual(ends(stats), [1, 5, 27])
})

test('requests without a time count, and change neither mean nor percentiles', () => {
  const times = { min_response_time: 10, max_response_time: 40, total_response_time: 100 }
  const row = { ...times, num_requests: 8, num_none_requests: 4, response_times: { 10: 1, 20: 1, 30: 1, 40: 1 } }
  const stats = readRow(row)
  assert.equal(stats?.requests, 8)
  assert.equal(stats?.all().mean, 25)
  assert.deepEqual(percentiles(stats, 0.25, 0.5, 0.75, 1), [10, 20, 30, 40])
})

test('where nothing has a time there is a count and no bucket', () => {
  const [request] = read({ stats: [{ name: 'async', method: 'MQTT', num_requests: 4, num_none_requests: 4 }] }).stats
    .requests
  assert.deepEqual(request?.ok, { count: 4, sum: 0, min: 0, max: 0, buckets: [] })
  assert.equal(request?.failed.count, 0)
})

test('a row without response_times has its mean, min and max', () => {
  const stats = readRow({ num_requests: 4, total_response_time: 100, min_response_time: 5, max_response_time: 60 })
  assert.deepEqual(ends(stats), [5, 60, 100])
  assert.deepEqual(percentiles(stats, 0.5), [25])
})

test('a row of times alone has min, max and sum of them', () => {
  const stats = readRow({ num_requests: 3, response_times: { 10: 2, 40: 1 } })
  assert.deepEqual(ends(stats), [10, 40, 60])
})

test('a failure without its request is one request', () => {
  assert.deepEqual(figures(readRow({ num_requests: 0, num_failures: 2 })), [2, 2, 0])
})

test('boomer and locust4j: int seconds, a total of another name, MD5 keys, errors without times, no classes', () => {
  const before = Date.now()
  const row = {
    num_requests: 3,
    num_none_requests: 0,
    num_failures: 1,
    last_request_timestamp: 1_795_436_664,
    start_time: 1_795_436_662,
    total_response_time: 330,
    max_response_time: 150,
    min_response_time: 30,
    total_content_length: 30,
    response_times: { 30: 1, 150: 2 },
    num_reqs_per_sec: { 1795436664: 3 },
    num_fail_per_sec: { 1795436664: 1 },
  }
  const { total, users, stats } = read({
    stats: [{ ...row, name: 'foo', method: 'http' }],
    stats_total: { ...row, name: 'Total', method: '' },
    errors: { d41d8cd98f00b204e9800998ecf8427e: { name: 'foo', method: 'http', error: 'timeout', occurrences: 1 } },
    user_classes_count: null,
    user_count: 3,
  })
  assert.deepEqual(figures(total.request('http', 'foo')), [3, 1, 30])
  assert.deepEqual(ends(total.request('http', 'foo')), [30, 150, 330])
  assert.deepEqual(users, {})
  const [error] = stats.errors
  assert.ok(error && error.firstSeen >= before && error.lastSeen <= Date.now())
  assert.deepEqual([error.method, error.name, error.error, error.occurrences], ['http', 'foo', 'timeout', 1])
  assert.equal(error.kind, 'timeout')
})

test('a worker that idles says a least time of 0, and Go has no empty lists: neither is a measurement', () => {
  const idle = { name: 'foo', method: 'http', num_requests: 0, min_response_time: 0, response_times: {} }
  assert.deepEqual(read({ stats: [idle], stats_total: idle, errors: null }).stats.requests, [])
  assert.deepEqual(read({ stats: null, errors: null, user_count: 0 }).stats.requests, [])
})

test('first and last sight of an error', () => {
  const error = { name: '/', method: 'GET', error: 'x', occurrences: 2, first_seen: 10.5, last_seen: 12 }
  assert.deepEqual(read({ errors: { a: error } }).stats.errors, [
    { name: '/', method: 'GET', error: 'x', occurrences: 2, firstSeen: 10_500, lastSeen: 12_000 },
  ])
})

test('what makes no sense counts as nothing', () => {
  for (const nonsense of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e15, '5', null, [], {}, 2n ** 60n]) {
    assert.equal(readRow({ num_requests: nonsense }), undefined, String(nonsense))
    const row = { num_requests: 2, response_times: { 10: 2, 20: nonsense, [String(nonsense)]: 1 } }
    const times = { total_response_time: nonsense, min_response_time: nonsense, max_response_time: nonsense }
    if (nonsense === '5') continue // a text of a number is a good key
    const stats = readRow({ ...row, ...times, num_failures: nonsense, total_content_length: -5 })
    assert.deepEqual(figures(stats), [2, 0, 0], String(nonsense))
    assert.deepEqual(ends(stats)?.slice(0, 1), [10])
  }
  const users = { A: 2, B: -1, C: Number.NaN, D: 'x', E: 3.0 }
  assert.deepEqual(read({ user_classes_count: users }).users, { A: 2, B: 0, C: 0, D: 0, E: 3 })
  assert.deepEqual(read({ stats: [null, 5, [], { method: 'GET', num_requests: 1 }] }).stats.requests, [])
})

test('a sum that its own least and greatest forbid is brought between them', () => {
  const row = { num_requests: 2, response_times: { 10: 2 }, min_response_time: 9.6, max_response_time: 10.2 }
  assert.deepEqual(ends(readRow({ ...row, total_response_time: 1e9 })), [9.6, 10.2, 20.4])
})

test('a greatest time of 0 beside times is none', () => {
  const stats = readRow({ num_requests: 3, response_times: { 10: 2, 40: 1 }, max_response_time: 0 })
  assert.deepEqual(ends(stats), [10, 40, 60])
})

test('however little a sum fits its times, no mean is beyond the least and the greatest', () => {
  const row = { num_requests: 2, num_failures: 1, response_times: { 10: 1, 1000: 1 } }
  const stats = readRow({ ...row, total_response_time: 1_990 })
  assert.deepEqual([stats?.ok.sum, stats?.failed.sum, stats?.failed.max], [1_000, 990, 990])
  assert.deepEqual(ends(stats), [10, 1_000, 1_990])
})

test('times of more requests than there can be are none', () => {
  const { requests } = read({ stats: [{ name: '/', num_requests: 2, response_times: { 10: 2 ** 26, 20: 1 } }] }).stats
  assert.deepEqual(requests[0]?.ok, { count: 2, sum: 0, min: 0, max: 0, buckets: [] })
})

test('names without end are counted together', () => {
  const stats = Array.from({ length: 10_005 }, (_, i) => ({ name: `/${i}`, method: 'GET', num_requests: 1 }))
  const { requests } = fromLocustStats({ stats })?.stats ?? { requests: [] }
  assert.equal(requests.length, 10_005)
  assert.equal(requests.filter(({ name }) => name === otherName).length, 5)
})

test('only what is no report at all is none', () => {
  for (const none of [null, undefined, 5, 'stats', [], {}, { user_count: 1 }, new Uint8Array(3)])
    assert.equal(fromLocustStats(none), undefined)
  for (const some of [{ stats: [] }, { stats_total: {} }, { errors: {} }, { user_classes_count: {} }])
    assert.ok(fromLocustStats(some))
})

const of = (data: unknown) => {
  const { message, traceback, count } = exceptionOf(data)
  return [message, traceback, count]
}

test('an exception is its message and its traceback, once', () => {
  assert.deepEqual(of({ msg: 'boom', traceback: '  File "x.py", line 1' }), ['boom', '  File "x.py", line 1', 1])
  const { firstSeen, lastSeen } = exceptionOf({ msg: 'boom' })
  assert.equal(firstSeen, lastSeen)
  assert.ok(Math.abs(Date.now() - lastSeen) < 10_000, 'now')
})

test('whatever else it is, it counts', () => {
  for (const data of [null, 7, 'x', [], { msg: 7, traceback: {} }]) assert.deepEqual(of(data), ['exception', '', 1])
})

test('only so much of it is kept', () => {
  const [message, traceback] = of({ msg: 'x'.repeat(1e6), traceback: 'y'.repeat(1e6) })
  assert.deepEqual([String(message).length, String(traceback).length], [2_000, 20_000])
})
