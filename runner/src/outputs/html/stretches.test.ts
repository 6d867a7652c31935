import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calm, intervalOf } from '../run.fixture.ts'
import { StretchRecord } from './stretches.ts'

test('seconds as they were, as long as there are no more than 512', () => {
  const record = new StretchRecord()
  for (let second = 0; second < 512; second++) record.add(intervalOf(second))
  const stretches = record.list()
  assert.equal(stretches.length, 512)
  assert.deepEqual(stretches[0], {
    from: 0,
    until: 1,
    seconds: 1,
    userSeconds: 5,
    cpuPercentMax: 35,
    loopDelayMaxMs: 3.4,
    saturated: 0,
  })
})

test('a week fits, and nothing of it is lost', () => {
  const record = new StretchRecord()
  const seconds = 7 * 86_400
  const empty = { requests: [], errors: [], exceptions: [], metrics: [] }
  const arrivals = { offered: 10, started: 9, dropped: 1 }
  for (let second = 0; second < seconds; second++) {
    const cpuPercent = second === 400_000 ? 99 : 35
    const health = { a: calm, b: { ...calm, cpuPercent, saturated: second % 100_000 === 0 } }
    const users = { userCount: 7, users: {} }
    record.add({ second, durationMs: 1_000, at: 0, stats: empty, ...users, arrivals, health })
  }
  const stretches = record.list()
  assert.ok(stretches.length > 256 && stretches.length <= 512, String(stretches.length))
  const sum = (of: (stretch: (typeof stretches)[number]) => number) => stretches.reduce((all, one) => all + of(one), 0)
  assert.equal(
    sum((one) => one.seconds),
    seconds,
  )
  assert.equal(
    sum((one) => one.userSeconds),
    7 * seconds,
  )
  assert.equal(
    sum((one) => one.arrivals?.offered ?? 0),
    10 * seconds,
  )
  assert.equal(
    sum((one) => one.arrivals?.dropped ?? 0),
    seconds,
  )
  assert.equal(
    sum((one) => one.saturated),
    7,
  )
  const busiest = stretches.filter(({ cpuPercentMax }) => cpuPercentMax === 99)
  assert.deepEqual([busiest.length, busiest[0] && busiest[0].from <= 400_000 && busiest[0].until > 400_000], [1, true])
})

test('late, missing and long seconds stand where they began', () => {
  const record = new StretchRecord()
  for (const second of [3, 1, 2_000, 5]) record.add(intervalOf(second, { durationMs: 1_500 }))
  assert.deepEqual(
    record.list().map(({ from, until, seconds }) => [from, until, seconds]),
    [
      [0, 4, 3],
      [4, 8, 1.5],
      [2_000, 2_004, 1.5],
    ],
  )
})
