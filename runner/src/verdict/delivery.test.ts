import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RunDelivery } from './criterion.ts'
import { Delivery } from './delivery.ts'
import { intervalOf, TestRun } from './run.fixture.ts'

const all: RunDelivery = {
  askedUserSeconds: 200,
  undeliveredUserSeconds: 0,
  stoppedUserSeconds: 0,
  leftUserSeconds: 0,
  unreachedUserSeconds: 0,
  unbegunUserSeconds: 0,
  pausedSeconds: 0,
  unreachedArrivals: 0,
  workerSeconds: 20,
  stoppedSeconds: 0,
}

function judged(
  delivery: Partial<RunDelivery>,
  { arrivals = false, missingUserSeconds = 0, late = 0, dropped = 0, failed = 0 } = {},
) {
  const criterion = new Delivery()
  const run = Object.assign(new TestRun(), { delivery: { ...all, ...delivery }, missingUserSeconds })
  const counts = {
    offered: 1_000,
    started: 1_000 - dropped,
    dropped,
    ...(late > 0 ? { late } : {}),
    ...(failed > 0 ? { failed } : {}),
  }
  run.add(intervalOf(0, { ok: [1], ...(arrivals ? { arrivals: counts } : {}) }), [criterion])
  return criterion.conclude(run).map(({ outcome, text }) => `${outcome}: ${text}`)
}

const line = (outcome: string, share: string, why = '') =>
  `${outcome}: user-seconds not delivered ≤ 1 %: ${share} of 200)${why}`

describe('users that were asked for and did not run', () => {
  const rows: [title: string, delivery: Partial<RunDelivery>, outcome: string, share: string, why?: string][] = [
    ['none', {}, 'passed', '0 % (0'],
    ['just as many as may be', { undeliveredUserSeconds: 2 }, 'passed', '1 % (2'],
    [
      'a few more',
      { undeliveredUserSeconds: 2.1 },
      'broken',
      '1.05 % (2.1',
      ': users started late or not at all: check for exceptions in onStart, check fixedCount, and check how busy the workers were',
    ],
    [
      'all, and nobody knows why',
      { undeliveredUserSeconds: 200 },
      'broken',
      '100 % (200',
      ': users started late or not at all: check for exceptions in onStart, check fixedCount, and check how busy the workers were',
    ],
    [
      'those of a worker that stood still',
      { undeliveredUserSeconds: 90, stoppedUserSeconds: 88 },
      'broken',
      '45 % (90',
      ': a worker or its machine stopped for a time',
    ],
    [
      'those that left',
      { undeliveredUserSeconds: 90, leftUserSeconds: 80, stoppedUserSeconds: 10 },
      'broken',
      '45 % (90',
      ': users ended (StopUser) before the end of the load',
    ],
    [
      'those that did not come out of onStart',
      { undeliveredUserSeconds: 90, unbegunUserSeconds: 80, stoppedUserSeconds: 10 },
      'broken',
      '45 % (90',
      ': users stayed in onStart without a request. If onStart needs this time, use a longer run time',
    ],
    [
      'those of after the last one had ended',
      { undeliveredUserSeconds: 150, unreachedUserSeconds: 150 },
      'broken',
      '75 % (150',
      ': every user ended (StopUser, or a failing onStart) before the end of the load. If users end by themselves, set no run time',
    ],
    [
      'those of after the end that nobody wanted',
      { undeliveredUserSeconds: 150, unreachedUserSeconds: 150, unreachedWhy: 'the feed a.csv has no rows left' },
      'broken',
      '75 % (150',
      ': the feed a.csv has no rows left',
    ],
  ]
  for (const [title, delivery, outcome, share, why = ''] of rows)
    test(title, () => assert.deepEqual(judged(delivery), [line(outcome, share, why)]))

  test('those of lost workers', () => {
    const lines = judged({ undeliveredUserSeconds: 50 }, { missingUserSeconds: 49 })
    assert.deepEqual(lines, [line('broken', '25 % (50', ': workers were lost')])
  })
})

test('arrivals of after the end that nobody wanted', () => {
  const why = 'the feed a.csv has no rows left'
  assert.deepEqual(judged({ unreachedArrivals: 1_000, unreachedWhy: why }, { arrivals: true }), [
    `broken: arrivals dropped ≤ 1 %: 50 % (1,000 of 2,000): ${why}`,
  ])
  assert.match(judged({ unreachedArrivals: 10, unreachedWhy: why }, { arrivals: true }).join(), /^passed: /)
})

test('nothing was asked for: there is nothing to say', () => {
  assert.deepEqual(judged({ askedUserSeconds: 0 }), [])
})

test('arrivals that a worker started only after it had stood still were not dropped, and were not the load asked for', () => {
  const dropped = 'passed: arrivals dropped ≤ 1 %: 0 % (0 of 1,000)'
  const still = (outcome: string, share: string) =>
    `${outcome}: seconds in which a worker stopped ≤ 1 %: ${share} of 20)`
  assert.deepEqual(judged({}, { arrivals: true }), [dropped])
  assert.deepEqual(judged({ stoppedSeconds: 0.2 }, { arrivals: true }), [dropped, still('passed', '1 % (0.2')])
  assert.deepEqual(judged({ stoppedSeconds: 6 }, { arrivals: true }), [dropped, still('broken', '30 % (6')])
})

test('arrivals that were started late are not the load asked for, and too many of them at once explain those that found no user', () => {
  const why = 'a worker or its machine was too busy or did not run for a moment, or orders from the master came late'
  const lines = (late: number, dropped = 0) => judged({}, { arrivals: true, late, dropped })
  assert.deepEqual(lines(10)[1], 'passed: arrivals started more than 1 s late ≤ 1 %: 1 % (10 of 1,000)')
  assert.deepEqual(lines(11)[1], `broken: arrivals started more than 1 s late ≤ 1 %: 1.1 % (11 of 1,000): ${why}`)
  const [afterwards] = lines(40, 60)
  assert.equal(
    afterwards,
    `broken: arrivals dropped ≤ 1 %: 6 % (60 of 1,000): they came late, or too many came at once: ${why}`,
  )
  assert.match(lines(2, 60)[0] ?? '', /no user was free: raise maxUsers, or check the target$/)
})

test('arrivals whose user threw before its first task were started, and did nothing', () => {
  const [dropped, failed] = judged({}, { arrivals: true, failed: 300 })
  assert.match(dropped ?? '', /^passed/)
  assert.equal(
    failed,
    'broken: arrivals that started no task ≤ 1 %: 30 % (300 of 1,000): the constructor or onStart of their users threw an error, or onStart did not end',
  )
})

test('many short standstills are a broken run together, a few of a busy machine are none', () => {
  const paused = (pausedSeconds: number, arrivals = false) =>
    judged({ pausedSeconds }, { arrivals }).filter((text) => /less than 1 s/.test(text))
  assert.deepEqual([paused(0.9), paused(2)], [[], []])
  const broken =
    'broken: time in which workers stopped for less than 1 s ≤ 10 %: 30 % (6 of 20 s): the process was suspended or got no CPU'
  assert.deepEqual([paused(6), paused(6, true)], [[broken], [broken]])
})
