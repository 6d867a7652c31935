import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInterval } from '../master.fixture.ts'
import { RunRecord } from './run-record.ts'

test('without a warm-up what is measured is everything', () => {
  const record = new RunRecord(0)
  record.add(runInterval(0, 3))
  record.add(runInterval(1, 4, { durationMs: 500 }))
  assert.deepEqual([record.all.total.requests, record.measured.total.requests], [7, 7])
  assert.deepEqual([record.measuredMs, record.elapsedMs], [1_500, 1_500])
})

test('a warm-up is in the report and not in what is measured', () => {
  const record = new RunRecord(2_000)
  for (let second = 0; second < 5; second++) record.add(runInterval(second, 10 + second))
  assert.equal(record.all.total.requests, 60)
  assert.equal(record.measured.total.requests, 12 + 13 + 14)
  assert.deepEqual([record.measuredMs, record.elapsedMs], [3_000, 5_000])
})

test('a reset forgets what was counted, in both, and goes on', () => {
  for (const warmup of [0, 1_000]) {
    const record = new RunRecord(warmup)
    record.add(runInterval(0, 1))
    record.add(runInterval(1, 2))
    record.reset()
    assert.deepEqual([record.all.total.requests, record.measured.total.requests, record.measuredMs], [0, 0, 0])
    record.add(runInterval(2, 4))
    assert.deepEqual([record.all.total.requests, record.measured.total.requests, record.measuredMs], [4, 4, 1_000])
    assert.equal(record.elapsedMs, 3_000)
    assert.equal([...record.series.series()][0]?.windows.length, 3)
  }
})

test('peaks of users, in all and by class, and the sums of arrivals', () => {
  const record = new RunRecord(0)
  const arrivals = { offered: 3, started: 2, dropped: 1 }
  record.add(runInterval(0, 0, { users: { A: 3, B: 1 }, userCount: 4 }))
  assert.equal(record.openModel, false)
  record.add(runInterval(1, 0, { users: { A: 1, B: 2 }, userCount: 3, arrivals }))
  record.add(runInterval(2, 0, { arrivals }))
  assert.deepEqual([record.peakUsers, record.usersByClass], [4, { A: 3, B: 2 }])
  assert.deepEqual([record.openModel, record.arrivals], [true, { offered: 6, started: 4, dropped: 2 }])
})

test('users asked for against users that ran', () => {
  const record = new RunRecord(0)
  assert.equal(record.load.report(), undefined)
  record.add(runInterval(0, 0, { targetUsers: 10, userCount: 4 }))
  record.add(runInterval(1, 0, { targetUsers: 8, userCount: 8, durationMs: 500 }))
  record.add(runInterval(2, 0, { userCount: 3 })) // the load is over, users finish
  assert.deepEqual(record.load.report(), {
    askedPeakUsers: 10,
    askedUserSeconds: 14,
    userSeconds: 8,
    windows: [
      { from: 0, until: 1, seconds: 1, askedUserSeconds: 10, userSeconds: 4 },
      { from: 1, until: 2, seconds: 0.5, askedUserSeconds: 4, userSeconds: 4 },
    ],
  })
})

test('a long run keeps few windows, and loses nothing', () => {
  const { load } = new RunRecord(0)
  for (let second = 0; second < 100_000; second++) load.add(runInterval(second, 0, { targetUsers: 2, userCount: 1 }))
  const report = load.report()
  assert.ok(report && report.windows.length <= 512 && report.windows.length > 256)
  assert.deepEqual([report.askedUserSeconds, report.userSeconds], [200_000, 100_000])
  report.windows.forEach((window, i) => {
    assert.equal(window.from, report.windows[i - 1]?.until ?? 0)
  })
})
