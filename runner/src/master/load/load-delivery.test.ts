import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LoadDelivery } from './load-delivery.ts'

/** A run told tick by tick, of a worker that has as many users at each second's end as a test says. */
function told(
  asked: (ms: number) => number,
  ran: (second: number) => number,
  { untilMs = 10_000, tickMs = 25, left = 0, endless = false } = {},
) {
  const delivery = new LoadDelivery({ endless })
  for (let ms = 3; ms < untilMs; ms += tickMs) delivery.ask(ms, asked(ms))
  delivery.end(untilMs)
  for (let second = 0; second * 1_000 < untilMs; second++) {
    const fromMs = second * 1_000
    const usersBefore = second === 0 ? 0 : ran(second - 1)
    delivery.ran({ fromMs, durationMs: Math.min(1_000, untilMs - fromMs), users: ran(second), usersBefore, left })
  }
  return delivery.report()
}

const share = ({ undeliveredUserSeconds, askedUserSeconds }: ReturnType<typeof told>) =>
  undeliveredUserSeconds / askedUserSeconds

describe('all of it is delivered', () => {
  const ramp = (perSecond: number, lagMs: number) => (ms: number) =>
    Math.floor((Math.max(0, ms - lagMs) / 1_000) * perSecond)
  const rows: [title: string, asked: (ms: number) => number, lagMs: number, untilMs?: number][] = [
    ['a constant load', () => 10, 0],
    ['one whose users start a moment late', (ms) => (ms < 5_100 ? 4 : 10), 900],
    ['a ramp up', ramp(100, 0), 800],
    ['a ramp down', (ms) => 1_000 - ramp(100, 0)(ms), 0],
    ['a steep fall in the middle of a second', (ms) => (ms < 4_900 ? 100 : 0), 0],
    ['bursts of two seconds', (ms) => (Math.floor(ms / 2_000) % 2 === 0 ? 5 : 50), 300],
    ['up and down in waves', (ms) => Math.round(50 + 50 * Math.sin(ms / 700)), 200],
    ['a run of less than a second', () => 5, 0, 700],
    ['one that ends within a second', () => 5, 0, 3_400],
    ['nothing asked for', () => 0, 0],
  ]
  for (const [title, asked, lagMs, untilMs = 10_000] of rows)
    test(title, () => {
      // the newest order that has come by the end of a second
      const tick = (ms: number) => Math.max(3, Math.floor((ms - 3) / 25) * 25 + 3)
      const users = (second: number) => asked(tick(Math.min((second + 1) * 1_000, untilMs) - 1 - lagMs))
      assert.equal(told(asked, users, { untilMs }).undeliveredUserSeconds, 0)
    })

  test('what was asked for is exact', () => {
    const { askedUserSeconds } = told(
      (ms) => (ms < 5_000 ? 4 : 8),
      () => 8,
      { tickMs: 1 },
    )
    assert.ok(Math.abs(askedUserSeconds - 60) < 0.05, `${askedUserSeconds}`)
  })
})

describe('less than asked for', () => {
  test('nobody ever', () => {
    const nobody = told(
      () => 10,
      () => 0,
    )
    assert.ok(Math.abs(share(nobody) - 0.9) < 0.01, 'all but what may come late')
  })

  test('users that are gone after a while', () => {
    const gone = told(
      () => 10,
      (second) => (second < 2 ? 10 : 0),
    )
    assert.ok(Math.abs(gone.undeliveredUserSeconds - 70) < 0.1, `${gone.undeliveredUserSeconds}`)
  })

  test('a ramp that is followed three seconds late', () => {
    const late = told(
      (ms) => Math.floor(ms / 100),
      (second) => Math.max(0, (second - 2) * 10),
    )
    assert.ok(share(late) > 0.2, `${share(late)}`)
  })

  test('more than asked for in one second does not make up for less in another', () => {
    const uneven = told(
      () => 10,
      (second) => (second < 5 ? 20 : 0),
    )
    assert.ok(Math.abs(uneven.undeliveredUserSeconds - 40) < 0.1, `${uneven.undeliveredUserSeconds}`)
  })

  test('a burst of two seconds that never came', () => {
    const missed = told(
      (ms) => (ms >= 5_000 && ms < 7_000 ? 100 : 10),
      () => 10,
    )
    assert.ok(share(missed) > 0.2, `${share(missed)}`)
  })

  test('the rest of a load that ended early', () => {
    const delivery = new LoadDelivery()
    delivery.ask(0, 3)
    delivery.end(2_000)
    delivery.ran({ fromMs: 0, durationMs: 2_000, users: 3 })
    delivery.unreached({ userSeconds: 18, arrivals: 5, why: 'no rows' })
    const { askedUserSeconds, undeliveredUserSeconds, unreachedUserSeconds, ...more } = delivery.report()
    assert.deepEqual([askedUserSeconds, undeliveredUserSeconds, unreachedUserSeconds], [24, 18, 18])
    assert.deepEqual([more.unreachedArrivals, more.unreachedWhy], [5, 'no rows'])
  })
})

describe('a worker that stood still', () => {
  const frozen = (stretch: Omit<Parameters<LoadDelivery['ran']>[0], 'users'>) => {
    const delivery = new LoadDelivery()
    delivery.ask(0, 10)
    delivery.end(14_000)
    for (const second of [0, 1, 2, 12, 13]) delivery.ran({ fromMs: second * 1_000, durationMs: 1_000, users: 10 })
    delivery.ran({ users: 10, ...stretch })
    return delivery.report()
  }

  test('it tells of one long stretch, and of how much of it there was nothing', () => {
    const report = frozen({ fromMs: 3_000, durationMs: 9_000, stoppedMs: 8_000 })
    assert.deepEqual([report.undeliveredUserSeconds, report.stoppedUserSeconds], [80, 80])
  })

  test('a long stretch in which it ran is delivered', () => {
    assert.equal(frozen({ fromMs: 3_000, durationMs: 9_000 }).undeliveredUserSeconds, 0)
  })

  test('while its machine slept, the clock of the run slept, too: that time is asked for on top', () => {
    const delivery = new LoadDelivery()
    delivery.ask(0, 10)
    delivery.end(5_000)
    for (const second of [0, 1, 3, 4]) delivery.ran({ fromMs: second * 1_000, durationMs: 1_000, users: 10 })
    delivery.ran({ fromMs: 2_000, durationMs: 1_000, users: 10, stoppedMs: 31_000 })
    const { askedUserSeconds, undeliveredUserSeconds } = delivery.report()
    assert.deepEqual([askedUserSeconds, undeliveredUserSeconds], [350, 310])
  })
})

describe('users that left on purpose', () => {
  const half = (endless: boolean) =>
    told(
      () => 10,
      () => 5,
      { left: 5, endless },
    )

  test('are missed in a load that has an end', () => {
    const { undeliveredUserSeconds, leftUserSeconds } = half(false)
    assert.ok(undeliveredUserSeconds > 44 && leftUserSeconds === undeliveredUserSeconds)
  })

  test('have done what they were to do in one that has none', () => {
    assert.equal(half(true).undeliveredUserSeconds, 0)
  })
})

test('a report that is late by minutes still counts, and memory is bounded in a run of days', () => {
  const delivery = new LoadDelivery()
  const ran = (second: number) => delivery.ran({ fromMs: second * 1_000, durationMs: 1_000, users: 2 })
  const day = 24 * 3_600
  const late = day - 1_800
  for (let second = 0; second < day; second++) {
    delivery.ask(second * 1_000, 2)
    delivery.ask(second * 1_000 + 500, 2)
    if (second !== 100 && second !== late) ran(second)
  }
  delivery.end(day * 1_000)
  assert.equal(delivery.report().undeliveredUserSeconds, 4)
  ran(late)
  ran(100)
  assert.equal(delivery.report().undeliveredUserSeconds, 2, 'hours are too late')
})
