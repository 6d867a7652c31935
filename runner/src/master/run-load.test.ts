import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunClock } from '../stats/run-clock.ts'
import type { ArrivalCutter } from './arrival-orders.ts'
import { classInfo, ScriptedWorker, sourceOf } from './master.fixture.ts'
import { Pause } from './pause.ts'
import { Roster } from './roster.ts'
import { RunCourse } from './run-course.ts'
import { RunLoad } from './run-load.ts'
import { RunRecord } from './run-record.ts'

/** One a second. */
const cut: ArrivalCutter = (fromMs, untilMs) => [{ fromMs, untilMs, rateFrom: 1, rateUntil: 1, before: fromMs / 1_000 }]
const sound = { missingUserSeconds: 0, hasGaps: false }
const withGaps = { missingUserSeconds: 3, hasGaps: true }

/** A load that began ten seconds ago. */
function rig({ arrivals = true, workers = 1 } = {}) {
  const clock = new RunClock()
  clock.start(performance.now() - 10_000)
  const roster = new Roster()
  for (let i = 0; i < workers; i++) {
    const member = roster.add(`w${i}`, new ScriptedWorker().masterEnd)
    member.classes = [classInfo('U')]
  }
  const events: string[] = []
  const record = new RunRecord(0)
  let stopped = false
  const load = new RunLoad({
    ...{ roster, course: new RunCourse(clock), pause: new Pause() },
    source: sourceOf(() => (arrivals ? { arrivalsPerSecond: 1 } : { users: 2 })),
    arrivals: arrivals ? { cut, maxUsers: 5 } : undefined,
    delivery: record.loadDelivery,
    isStopped: () => stopped,
    event: (kind, text) => void events.push(`${kind}: ${text}`),
    onRamp: () => {},
  })
  const dispatch = async () => {
    const over = load.dispatch([classInfo('U')])
    stopped = true
    await over
  }
  return { load, record, events, dispatch }
}

const told = (record: RunRecord, offered: number) => {
  record.arrivals.offered = offered
  record.arrivals.started = offered
}

test('arrivals that nobody has told of are lost where a worker has left a gap, and else on their way', () => {
  for (const [attendance, lost] of [
    [sound, 0],
    [withGaps, 4],
  ] as const) {
    const { load, record } = rig()
    told(record, 6)
    load.end()
    load.countLosses(record, attendance)
    assert.deepEqual([record.lostArrivals, record.arrivals.dropped], [lost, lost])
    assert.equal(record.missingUserSeconds, attendance.missingUserSeconds)
  }
})

test('one arrival of each worker may lie on the other side of the end', () => {
  for (const [workers, lost] of [
    [3, 4],
    [4, 0],
  ] as const) {
    const { load, record } = rig({ workers })
    told(record, 6)
    load.end()
    load.countLosses(record, withGaps)
    assert.equal(record.lostArrivals, lost)
  }
})

test('arrivals that were not ordered in time are told of, and lost though every worker is there', async () => {
  const { load, record, events, dispatch } = rig()
  await dispatch()
  assert.equal(events.length, 1)
  assert.match(events[0] ?? '', /^arrivals_skipped: arrivals of \S+ s were not ordered in time: the master stood still/)
  told(record, 4)
  load.end()
  load.countLosses(record, sound)
  assert.equal(record.lostArrivals, 6)
})

test('what was asked for is known for each moment, until the load is over', async () => {
  const { load, dispatch } = rig({ arrivals: false })
  await dispatch()
  load.end()
  assert.equal(load.asked.lastIn(10_000, 11_000), 2)
  assert.equal(load.asked.lastIn(20_000, 21_000), undefined)
})
