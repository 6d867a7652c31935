import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunInterval } from '../../stats/snapshot.ts'
import { calm, workerInterval } from '../master.fixture.ts'
import { SecondSum } from './second-sum.ts'

const busy = { ...calm, cpuPercent: 90 }
const arrivals = { offered: 5, started: 4, dropped: 1 }
const requestsOf = ({ stats }: RunInterval) => stats.requests.reduce((sum, { ok }) => sum + ok.count, 0)

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
