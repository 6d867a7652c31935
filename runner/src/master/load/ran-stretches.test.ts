import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { calm, workerInterval } from '../master.fixture.ts'
import { RanStretches } from './ran-stretches.ts'

const second = (at: number, users: number, more = {}) => workerInterval(at, 0, { users: { U: users }, ...more })

test('users who leave in a second were there in it', () => {
  const ran = new RanStretches({ isLocust: false })
  assert.deepEqual(ran.interval(second(0, 5)), [{ fromMs: 0, durationMs: 1_000, users: 5, usersBefore: 0 }])
  assert.deepEqual(ran.interval(second(1, 2)), [{ fromMs: 1_000, durationMs: 1_000, users: 2, usersBefore: 5 }])
})

test('of seconds that were not told of nothing is known, nor of the users before', () => {
  const ran = new RanStretches({ isLocust: false })
  ran.interval(second(0, 5))
  assert.deepEqual(ran.interval(second(7, 3, { left: 2 })), [{ fromMs: 7_000, durationMs: 1_000, users: 3, left: 2 }])
})

test('that it stood still is told with the stretch', () => {
  const ran = new RanStretches({ isLocust: false })
  const health = { ...calm, stalledMs: 8_000, stoppedMs: 7_900 }
  const [stretch] = ran.interval(second(3, 5, { durationMs: 9_000, health }))
  assert.equal(stretch?.stoppedMs, 7_900)
  // the next one is of the second in which it went on
  assert.deepEqual(ran.interval(second(12, 5)), [{ fromMs: 12_000, durationMs: 1_000, users: 5, usersBefore: 5 }])
})

describe('a Locust worker that was silent', () => {
  const silence = { fromMs: 2_000, durationMs: 4_000, users: 5 }
  const rig = () => {
    const ran = new RanStretches({ isLocust: true })
    ran.interval(second(0, 5))
    ran.all(1_500)
    ran.interval(second(1, 5))
    return ran
  }

  test('has run what its next report is about', () => {
    const ran = rig()
    assert.equal(ran.interval(second(6, 4)).length, 1)
    assert.deepEqual(ran.all(7_500), [silence])
    assert.deepEqual(ran.all(8_500), [])
  })

  test('also where that report is the first that is heard, or the last', () => {
    const ran = rig()
    assert.deepEqual(ran.all(6_100), [])
    assert.deepEqual(ran.interval(second(6, 5))[0], silence)
  })

  test('has run nothing that it never reports', () => {
    const ran = rig()
    assert.equal(ran.interval(second(6, 5)).length, 1)
    assert.equal(ran.interval(second(7, 5)).length, 1)
  })
})

describe('a worker of Locust that reports after a silence', () => {
  /** Reports every 3 s for 12 s, then one after a silence of 4 s; in how many seconds of each requests ended. */
  const share = (usual: number | undefined, afterwards: number | undefined) => {
    const ran = new RanStretches({ isLocust: true })
    for (let at = 0; at < 12; at++) {
      ran.interval(second(at, 5))
      if (at % 3 === 2) ran.all((at + 1) * 1_000, usual)
    }
    ran.interval(second(16, 5))
    const [silence] = ran.all(17_000, afterwards)
    assert.deepEqual([silence?.fromMs, silence?.durationMs], [12_000, 4_000])
    return 1 - (silence?.stoppedMs ?? 0) / 4_000
  }

  test('was cut off where it has requests in those seconds as in others, and is believed', () => {
    assert.equal(share(3, 5), 1)
    assert.equal(share(3, 4), 1)
    assert.equal(share(2, 4), 1)
  })

  test('is believed by all reports that come at once, whichever is first heard', () => {
    for (const intervalFirst of [true, false]) {
      const ran = new RanStretches({ isLocust: true })
      for (let at = 0; at < 12; at++) {
        ran.interval(second(at, 5))
        if (at % 3 === 2) ran.all((at + 1) * 1_000, 3)
      }
      const stretches = [
        ...(intervalFirst ? ran.interval(second(18, 5)) : []),
        ...[3, 3, 1].flatMap((active, i) => ran.all(18_010 + i, active)),
        ...(intervalFirst ? [] : ran.interval(second(18, 5))),
      ]
      const userMs = stretches
        .filter(({ fromMs }) => fromMs < 18_000)
        .reduce((sum, { users, durationMs, stoppedMs = 0 }) => sum + users * (durationMs - stoppedMs), 0)
      assert.equal(userMs, 5 * 6_000, `${intervalFirst}`)
      assert.deepEqual(ran.all(21_000, 3), [])
    }
  })

  test('was stopped where it has none, and has run nothing', () => {
    assert.equal(share(3, 1), 0)
    assert.equal(share(2, 0), 0)
    assert.equal(share(3, 3), 0.5, 'stopped for a part of it')
  })

  test('is believed where its requests are too few to tell, or it does not say', () => {
    assert.equal(share(0, 0), 1)
    assert.equal(share(undefined, undefined), 1)
  })
})

test('intervals that begin and end a little late leave no gap, and none counts twice', () => {
  const ran = new RanStretches({ isLocust: false })
  const lengths: [second: number, durationMs: number][] = [
    [0, 1_010], // from 20 ms to 1,030
    [1, 970],
    [2, 1_400],
    [3, 600],
    [4, 8_400], // it stood still
    [12, 600],
    [13, 980],
  ]
  const stretches = lengths.flatMap(([at, durationMs]) => ran.interval(second(at, 5, { durationMs })))
  let untilMs = 0
  for (const { fromMs, durationMs } of stretches) {
    assert.equal(fromMs, untilMs)
    untilMs = fromMs + durationMs
  }
  assert.equal(untilMs, 14_000)
})
