import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Recorder } from '../stats/recorder.ts'
import type { HealthSample, WorkerInterval } from '../stats/snapshot.ts'
import { Reporter, type ReporterOptions } from './reporter.ts'

const calm: HealthSample = {
  loopDelayMeanMs: 0,
  loopDelayMaxMs: 0,
  cpuPercent: 1,
  gcMs: 0,
  rssBytes: 1,
  saturated: false,
}

/** A reporter whose time is moved by hand; timers fire up to a millisecond early or late, as real ones do. */
function rig(more: Partial<ReporterOptions> = {}) {
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout'] })
  const recorder = new Recorder()
  const sends: WorkerInterval[][] = []
  const clock = { nowMs: 0, users: {} as Record<string, number> }
  const reporter = new Reporter({
    recorder,
    health: { take: () => ({ ...calm }) },
    users: () => clock.users,
    left: () => 0,
    unbegunMs: () => 0,
    arrivals: () => undefined,
    waiting: () => [],
    elapsedMs: () => clock.nowMs,
    send: (intervals) => sends.push(intervals),
    reportIntervalMs: 1_000,
    ...more,
  })
  const advance = (ms: number, during?: () => void) => {
    for (let i = 0; i < ms; i++) {
      clock.nowMs++
      during?.()
      mock.timers.tick(1)
    }
  }
  return { recorder, reporter, sends, clock, advance, intervals: () => sends.flat() }
}

const requestsOf = (intervals: WorkerInterval[]) =>
  intervals.map(({ stats }) => stats.requests.reduce((sum, { ok }) => sum + ok.count, 0))

test('users that come after the end of a second are not of that second, also where its timer is late', () => {
  const { reporter, advance, clock, intervals } = rig()
  reporter.start()
  clock.users = { U: 2 }
  advance(900)
  clock.nowMs += 150 // the process was held up, and what it was told is read before its timers fire
  reporter.applying()
  clock.users = { U: 4 }
  reporter.applied()
  advance(950)
  reporter.stop()
  assert.deepEqual(
    intervals().map(({ second, users }) => [second, users]),
    [
      [0, { U: 2 }],
      [1, { U: 4 }],
      [2, { U: 4 }],
    ],
  )
})

test("an interval ends at each whole second of the run's clock; all of them hold what was recorded", () => {
  const { recorder, reporter, advance, clock, intervals } = rig()
  clock.nowMs = 3.7
  reporter.start()
  let recorded = 0
  advance(4_500, () => {
    recorder.request('GET', '/').success(1, Number.NaN, 0)
    recorded++
  })
  reporter.stop()
  const all = intervals()
  assert.deepEqual(
    all.map(({ second }) => second),
    [0, 1, 2, 3, 4],
  )
  assert.equal(
    requestsOf(all).reduce((sum, count) => sum + count, 0),
    recorded,
  )
  assert.ok(Math.abs(all.reduce((sum, { durationMs }) => sum + durationMs, 0) - 4_500) < 1e-6)
  for (const { durationMs } of all.slice(1, 4)) assert.ok(Math.abs(durationMs - 1_000) <= 1.5, `${durationMs}`)
  advance(5_000)
  assert.equal(intervals().length, 5)
})

test('a timer that fires early does not end a second before its time', () => {
  const { reporter, advance, clock, intervals } = rig()
  reporter.start()
  clock.nowMs = -2 // the run's clock is behind the timers
  advance(1_001)
  assert.equal(intervals().length, 0)
  advance(3)
  assert.deepEqual(
    intervals().map(({ second }) => second),
    [0],
  )
})

test('a timer that fires early and is set again after the second is over does not skip its end', () => {
  const times = [0, 0, 999.99, 1_000.01, 1_000.02, 1_000.02]
  let reads = 0
  const { reporter, advance, intervals } = rig({
    elapsedMs: () => times[Math.min(reads++, times.length - 1)] as number,
  })
  reporter.start()
  advance(1_010)
  assert.deepEqual(
    intervals().map(({ second }) => second),
    [0],
  )
  reporter.stop()
})

test('a blocked loop makes one long interval of the seconds it took', () => {
  const { reporter, advance, clock, intervals } = rig()
  reporter.start()
  advance(500)
  clock.nowMs += 3_000
  advance(1_600)
  assert.deepEqual(
    intervals().map(({ second, durationMs }) => [second, Math.floor(durationMs / 1_000)]),
    [
      [0, 4],
      [4, 1],
    ],
  )
})

test('intervals are sent at the report interval, and what is left at the end', () => {
  const { reporter, advance, sends } = rig({ reportIntervalMs: 3_000 })
  reporter.start()
  advance(7_200)
  reporter.stop()
  assert.deepEqual(
    sends.map((batch) => batch.map(({ second }) => second)),
    [
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
    ],
  )
})

test('users are those at the end of an interval; where the end of the run begins in it, those that ran until then', () => {
  const { reporter, advance, clock, intervals } = rig()
  reporter.start()
  clock.users = { U: 2 }
  reporter.applied()
  advance(1_100)
  clock.users = { U: 5 }
  reporter.applied()
  advance(400)
  reporter.ending()
  clock.users = { U: 1 }
  advance(1_000)
  clock.users = { U: 0 }
  advance(100)
  reporter.stop()
  assert.deepEqual(
    intervals().map(({ users }) => users.U),
    [2, 5, 0],
  )
})

test('users that all ended by themselves in a short run are still those that ran', () => {
  const { reporter, advance, clock, intervals } = rig()
  reporter.start()
  clock.users = { U: 3 }
  reporter.applied()
  clock.users = { U: 5 }
  reporter.settled()
  clock.users = { U: 0 }
  advance(300)
  reporter.ending()
  reporter.stop()
  assert.deepEqual(
    intervals().map(({ users }) => users),
    [{ U: 5 }],
  )
})

test('a reset forgets what was not yet sent, not that there was time', () => {
  const { recorder, reporter, advance, intervals } = rig({ reportIntervalMs: 10_000 })
  reporter.start()
  const record = () => recorder.request('GET', '/').success(1, Number.NaN, 0)
  advance(2_500, record)
  reporter.reset()
  advance(10, record)
  reporter.stop()
  assert.deepEqual(requestsOf(intervals()), [0, 0, 10])
})

test('health is told at each interval, and arrivals are in it where there are any', () => {
  const health: HealthSample[] = []
  const arrivals = { offered: 3, started: 2, dropped: 1 }
  const { reporter, advance, intervals } = rig({ onHealth: (sample) => health.push(sample), arrivals: () => arrivals })
  reporter.start()
  advance(2_001)
  assert.equal(health.length, 2)
  assert.deepEqual(
    intervals().map((interval) => interval.arrivals),
    [arrivals, arrivals],
  )
})
