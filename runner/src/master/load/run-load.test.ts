import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RunClock } from '../../stats/run-clock.ts'
import { classInfo, ScriptedWorker, sourceOf } from '../master.fixture.ts'
import { RunRecord } from '../record/run-record.ts'
import { RunCourse } from '../run-course.ts'
import { WakeableSleep } from '../wakeable-sleep.ts'
import { Roster } from '../workers/roster.ts'
import type { ArrivalCutter } from './arrival-orders.ts'
import { RunLoad, type RunLoadOptions } from './run-load.ts'

/** One a second. */
const cut: ArrivalCutter = (fromMs, untilMs) => [{ fromMs, untilMs, rateFrom: 1, rateUntil: 1, before: fromMs / 1_000 }]
const sound = { missingUserSeconds: 0, hasGaps: false }
const withGaps = { missingUserSeconds: 3, hasGaps: true }

/** A load that began ten seconds ago. */
function rig({
  arrivals = true,
  workers = 1,
  ...more
}: { arrivals?: boolean; workers?: number } & Partial<Omit<RunLoadOptions, 'arrivals'>> = {}) {
  const clock = new RunClock()
  clock.start(performance.now() - 10_000)
  const roster = new Roster()
  for (let i = 0; i < workers; i++) {
    const worker = roster.add(`w${i}`, new ScriptedWorker().masterEnd)
    worker.classes = [classInfo('U')]
  }
  const events: string[] = []
  const record = new RunRecord(0)
  const state = { stopped: false }
  const load = new RunLoad({
    ...{ roster, course: new RunCourse(clock), sleep: new WakeableSleep() },
    source: sourceOf(() => (arrivals ? { arrivalsPerSecond: 1 } : { users: 2 })),
    arrivals: arrivals ? { cut, maxUsers: 5 } : undefined,
    delivery: record.loadDelivery,
    isShape: false,
    isStopped: () => state.stopped,
    event: (kind, text) => void events.push(`${kind}: ${text}`),
    onRamp: () => {},
    ...more,
  })
  const dispatch = async () => {
    const over = load.dispatch([classInfo('U')])
    state.stopped = true
    await over
  }
  return { load, record, events, dispatch, clock, roster, state }
}

const told = (record: RunRecord, offered: number) => {
  record.arrivals.offered = offered
  record.arrivals.started = offered
}

test('arrivals that nobody has told of are lost where a worker has left a gap, and else on their way', () => {
  for (const [presence, lost] of [
    [sound, 0],
    [withGaps, 4],
  ] as const) {
    const { load, record } = rig()
    told(record, 6)
    load.end()
    load.countLosses(record, presence)
    assert.deepEqual([record.lostArrivals, record.arrivals.dropped], [lost, lost])
    assert.equal(record.missingUserSeconds, presence.missingUserSeconds)
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
  assert.match(events[0] ?? '', /^arrivals_skipped: arrivals of \S+ s did not start: the master stopped for a time/)
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

describe('every user has ended', () => {
  const ended = async (durationMs: number | undefined) => {
    const { load, record, events, roster } = rig({ arrivals: false, durationMs })
    const over = load.dispatch([classInfo('U')])
    // its orders are out
    for (const worker of roster.workers) worker.exhausted = true
    await over
    load.end()
    return { delivery: record.delivery, events }
  }

  test('the rest of a load that has an end is not delivered', async () => {
    const { delivery, events } = await ended(30_000)
    assert.match(events.join(), /^exhausted: run ended early: every user had ended at 10\S* s of 30 s$/)
    assert.ok(Math.abs(delivery.unreachedUserSeconds - 40) < 1, JSON.stringify(delivery))
    assert.ok(delivery.undeliveredUserSeconds >= delivery.unreachedUserSeconds)
  })

  test('a load without an end is over', async () => {
    const { delivery, events } = await ended(undefined)
    assert.match(events.join(), /^exhausted: run ended early: every user had ended at 10\S* s$/)
    assert.equal(delivery.unreachedUserSeconds, 0)
  })
})

describe('something that the load needs is used up', () => {
  const cutShort = async (options: Parameters<typeof rig>[0]) => {
    const { load, record, events, state } = rig(options)
    const over = load.dispatch([classInfo('U')])
    load.cutShort('no rows')
    state.stopped = true
    await over
    load.end()
    load.cutShort('said again, of a run that is over')
    load.countLosses(record, { missingUserSeconds: 0, hasGaps: false })
    return { record, events }
  }

  test('the rest of the users is missing, and why', async () => {
    const { record, events } = await cutShort({ arrivals: false, durationMs: 30_000 })
    assert.match(events.join(), /^used_up: run ended early at 10\S* s of 30 s: no rows$/)
    assert.ok(Math.abs(record.delivery.unreachedUserSeconds - 40) < 1, JSON.stringify(record.delivery))
    assert.equal(record.delivery.unreachedWhy, 'no rows')
  })

  test('the rest of the arrivals is missing', async () => {
    const { record } = await cutShort({ arrivals: true, durationMs: 30_000 })
    const { unreachedArrivals } = record.delivery
    assert.ok(Math.abs(unreachedArrivals - 20) <= 1, `${unreachedArrivals}`)
    // the rig stood still for its first ten seconds
    assert.equal(record.arrivals.offered, unreachedArrivals + record.lostArrivals)
    assert.equal(record.arrivals.dropped, record.arrivals.offered)
  })

  test('a load without an end is over; of a load shape nobody knows what is missing', async () => {
    const { record, events } = await cutShort({ arrivals: false, durationMs: undefined })
    assert.match(events.join(), /^used_up: run ended early at 10\S* s: no rows$/)
    assert.equal(record.delivery.unreachedUserSeconds, 0)
    const shape = await cutShort({ arrivals: false, durationMs: 30_000, isShape: true })
    assert.match(
      shape.events.join(),
      /^stopped_broken: run ended early at 10\S* s, before its load shape was over: no rows$/,
    )
  })
})

test('a master that stood still looks up what was due meanwhile', async () => {
  const due = (atMs: number) => (atMs < 11_000 ? 2 : atMs < 13_000 ? 10 : 0)
  const { load, record, clock, state } = rig({ arrivals: false, source: sourceOf((atMs) => ({ users: due(atMs) })) })
  const over = load.dispatch([classInfo('U')])
  await new Promise((resolve) => setTimeout(resolve, 60))
  clock.start(performance.now() - 15_000)
  await new Promise((resolve) => setTimeout(resolve, 60))
  state.stopped = true
  await over
  load.end()
  const { askedUserSeconds, undeliveredUserSeconds } = record.delivery
  assert.ok(Math.abs(askedUserSeconds - 22) < 1.5, `${askedUserSeconds}: 2 for 1 s, 10 for 2 s`)
  assert.ok(undeliveredUserSeconds > 8, `${undeliveredUserSeconds}`)
})
