import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Recorder } from '../../stats/recorder.ts'
import type { RunInterval, WaitingState, WorkerInterval } from '../../stats/snapshot.ts'
import { calm, workerInterval } from '../master.fixture.ts'
import { IntervalMerger, SecondSum } from './interval-merger.ts'

function merger() {
  const out: RunInterval[] = []
  const merger = new IntervalMerger((interval) => out.push(interval))
  const add = (worker: string, interval: WorkerInterval, expected: readonly string[]) => {
    merger.add(worker, interval)
    merger.advance(expected)
  }
  return { out, intervals: { add, flush: () => merger.flush() } }
}

const requestsOf = ({ stats }: RunInterval) => stats.requests.reduce((sum, { ok }) => sum + ok.count, 0)
const waits = (name: string, ms: number): WaitingState => {
  const recorder = new Recorder()
  recorder.request('GET', name).waits(ms)
  return recorder.takeWaiting()[0] as WaitingState
}
const seconds = (out: RunInterval[]) => out.map(({ second }) => second)

test('a second is handed on once every expected worker has reported it, with everything summed', () => {
  const { out, intervals } = merger()
  const busy = { ...calm, cpuPercent: 90 }
  const arrivals = { offered: 5, started: 4, dropped: 1 }
  intervals.add('a', workerInterval(0, 2, { users: { U: 3, V: 1 }, arrivals, durationMs: 990 }), ['a', 'b'])
  assert.deepEqual(seconds(out), [])
  intervals.add('b', workerInterval(0, 5, { users: { U: 2 }, arrivals, health: busy }), ['a', 'b'])
  assert.equal(out.length, 1)
  const merged = out[0] as RunInterval
  assert.deepEqual([merged.users, merged.userCount, merged.durationMs], [{ U: 5, V: 1 }, 6, 1_000])
  assert.deepEqual(merged.arrivals, { offered: 10, started: 8, dropped: 2 })
  assert.deepEqual(merged.health, { a: calm, b: busy })
  assert.equal(requestsOf(merged), 7)
  assert.equal(merged.stats.requests.length, 1)
})

test('no arrivals where nobody has any', () => {
  const { out, intervals } = merger()
  intervals.add('a', workerInterval(0), ['a'])
  assert.ok(!('arrivals' in (out[0] as RunInterval)))
})

test('seconds come in order, and a worker that reported a later one is not waited for', () => {
  const { out, intervals } = merger()
  for (const second of [0, 1, 2]) intervals.add('a', workerInterval(second, 1), ['a', 'b'])
  assert.deepEqual(seconds(out), [])
  intervals.add('b', workerInterval(1, 1), ['a', 'b']) // its loop was blocked: there is no second 0 of it
  assert.deepEqual(seconds(out), [0, 1])
  assert.deepEqual(out.map(requestsOf), [1, 2])
})

test('what comes late joins the next second handed on', () => {
  const { out, intervals } = merger()
  intervals.add('a', workerInterval(0, 1), ['a'])
  intervals.add('a', workerInterval(1, 1), ['a'])
  intervals.add('b', workerInterval(0, 10), ['a', 'b'])
  intervals.add('b', workerInterval(1, 10), ['a', 'b'])
  intervals.add('a', workerInterval(2, 1), ['a', 'b'])
  intervals.add('b', workerInterval(2, 1), ['a', 'b'])
  assert.deepEqual(seconds(out), [0, 1, 2])
  assert.deepEqual(out.map(requestsOf), [1, 1, 22])
})

test('what waits is of its second, of all workers; a late second says nothing of now', () => {
  const { out, intervals } = merger()
  intervals.add('a', workerInterval(0, 0, { waiting: [waits('/x', 900)] }), ['a', 'b'])
  intervals.add('b', workerInterval(0, 0, { waiting: [waits('/x', 3_000), waits('/y', 10)] }), ['a', 'b'])
  intervals.add('a', workerInterval(1), ['a', 'b'])
  intervals.add('b', workerInterval(1), ['a', 'b'])
  intervals.add('c', workerInterval(1, 0, { waiting: [waits('/late', 5)] }), ['a'])
  intervals.add('a', workerInterval(2), ['a'])
  assert.deepEqual(
    out[0]?.waiting?.map(({ name, ages }) => [name, ages.count, ages.max]),
    [
      ['/x', 2, 3_000],
      ['/y', 1, 10],
    ],
  )
  assert.deepEqual([out[1]?.waiting, out[2]?.waiting], [undefined, undefined])
})

test('what waited at a worker that told of no end was never answered; what one that did tells is not', () => {
  const { out, intervals } = merger()
  for (const second of [0, 1])
    for (const worker of ['a', 'lost'])
      intervals.add(worker, workerInterval(second, 0, { waiting: [waits('/x', (second + 1) * 1_000)] }), ['a', 'lost'])
  intervals.add('a', workerInterval(2), ['a'])
  intervals.flush()
  intervals.flush()
  const last = out.at(-1) as RunInterval
  assert.deepEqual(
    last.stats.requests.map(({ name, aborted, unanswered }) => [name, aborted, unanswered?.count, unanswered?.max]),
    [['/x', 0, 1, 2_000]],
  )
  assert.deepEqual([last.durationMs, seconds(out)], [0, [0, 1, 2, 2]])
})

test('a worker that is gone is not waited for; flush hands on what is open', () => {
  const { out, intervals } = merger()
  intervals.add('gone', workerInterval(0, 1), ['a', 'gone'])
  intervals.add('a', workerInterval(0, 1), ['a', 'gone'])
  intervals.add('a', workerInterval(1, 1), ['a', 'gone'])
  assert.deepEqual(seconds(out), [0])
  intervals.add('a', workerInterval(2, 1), ['a'])
  assert.deepEqual(seconds(out), [0, 1, 2])
  intervals.add('a', workerInterval(3, 1), ['a', 'late'])
  intervals.flush()
  intervals.flush()
  assert.deepEqual(seconds(out), [0, 1, 2, 3])
})

test('nothing is lost or counted twice, whatever the order of reports', () => {
  const report = fc.record({ worker: fc.constantFrom('a', 'b', 'c'), second: fc.nat(6), requests: fc.nat(4) })
  fc.assert(
    fc.property(fc.array(report, { maxLength: 30 }), (reports) => {
      const { out, intervals } = merger()
      for (const { worker, second, requests } of reports)
        intervals.add(worker, workerInterval(second, requests), ['a', 'b', 'c'])
      intervals.flush()
      assert.equal(
        out.reduce((sum, interval) => sum + requestsOf(interval), 0),
        reports.reduce((sum, { requests }) => sum + requests, 0),
      )
      for (let i = 1; i < out.length; i++) assert.ok((out[i - 1]?.second ?? 0) < (out[i]?.second ?? 0))
    }),
  )
})

const busy = { ...calm, cpuPercent: 90 }
const arrivals = { offered: 5, started: 4, dropped: 1 }
test('a second of nobody has a length, and nothing in it', () => {
  const { at, ...rest } = new SecondSum().take(7)
  assert.ok(Math.abs(at - Date.now()) < 1_000)
  const stats = { requests: [], errors: [], exceptions: [], metrics: [] }
  assert.deepEqual(rest, { second: 7, durationMs: 1_000, stats, users: {}, userCount: 0, health: {} })
})

test('a second lasts as long as on the worker where it lasted longest', () => {
  const sum = new SecondSum()
  for (const [worker, durationMs] of Object.entries({ a: 400, b: 900, c: 20 }))
    sum.add(worker, workerInterval(0, 0, { durationMs }), false)
  assert.equal(sum.take(0).durationMs, 900)
})

test('of a worker that reports the same second twice, users and health are the newest’s and requests are both', () => {
  const sum = new SecondSum()
  sum.add('a', workerInterval(0, 2, { users: { U: 9, V: 1 } }), false)
  sum.add('a', workerInterval(0, 3, { users: { U: 4 }, health: busy }), false)
  sum.add('b', workerInterval(0, 0, { users: { U: 1 } }), false)
  const second = sum.take(0)
  assert.deepEqual([second.users, second.userCount, second.health], [{ U: 5 }, 5, { a: busy, b: calm }])
  assert.equal(requestsOf(second), 5)
})

test('what is of an earlier second counts with its requests and arrivals, not with its users and its length', () => {
  const late = workerInterval(0, 10, { users: { U: 50 }, durationMs: 1_900, arrivals, health: busy })
  for (const order of ['before', 'after'] as const) {
    const sum = new SecondSum()
    if (order === 'before') sum.add('a', late, true)
    sum.add('a', workerInterval(1, 1, { users: { U: 2 }, durationMs: 950, arrivals }), false)
    if (order === 'after') sum.add('a', late, true)
    const second = sum.take(1)
    assert.deepEqual([second.users, second.durationMs, second.health], [{ U: 2 }, 950, { a: calm }], order)
    assert.deepEqual(second.arrivals, { offered: 10, started: 8, dropped: 2 })
    assert.equal(requestsOf(second), 11)
  }
})

test('that a worker stood still counts, whenever it tells so', () => {
  const stalled = { ...calm, loopDelayMaxMs: 6_000, saturated: true, stalledMs: 6_000, stoppedMs: 5_900 }
  const late = workerInterval(0, 1, { durationMs: 6_500, health: stalled })
  const next = workerInterval(1, 1)
  for (const order of ['before', 'after'] as const) {
    const sum = new SecondSum()
    if (order === 'before') sum.add('a', late, true)
    sum.add('a', next, false)
    if (order === 'after') sum.add('a', late, true)
    const { cpuPercent } = calm
    assert.deepEqual(sum.take(1).health, { a: { ...stalled, cpuPercent } }, order)
  }
})

test('a worker that is only late is known by its health, and its second is a whole one', () => {
  const sum = new SecondSum()
  sum.add('a', workerInterval(0, 10, { users: { U: 50 }, durationMs: 30, health: busy }), true)
  const { users, userCount, durationMs, health } = sum.take(1)
  assert.deepEqual([users, userCount, durationMs, health], [{}, 0, 1_000, { a: busy }])
})

test('what was added is not changed by what is added to it', () => {
  const first = workerInterval(0, 2, { users: { U: 1 }, arrivals })
  const before = structuredClone(first)
  const sum = new SecondSum()
  for (const worker of ['a', 'b', 'c']) sum.add(worker, first, false)
  assert.equal(requestsOf(sum.take(0)), 6)
  assert.deepEqual(first, before)
})
