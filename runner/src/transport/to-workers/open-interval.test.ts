import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StatsDelta } from '../../stats/snapshot.ts'
import { OpenInterval } from './open-interval.ts'

/** A run that began `agoMs` before. */
function rig(agoMs?: number) {
  let now = 100_000
  const interval = new OpenInterval(() => now)
  if (agoMs !== undefined) interval.begin(performance.timeOrigin + now - agoMs)
  return {
    interval,
    wait: (ms: number) => {
      now += ms
    },
    close: () => interval.close() ?? assert.fail('no run'),
  }
}

const exception = { message: 'boom', traceback: '', count: 1, firstSeen: 1, lastSeen: 1 }
const delta: StatsDelta = { requests: [], errors: [], metrics: [], exceptions: [exception] }
const beat = (cpuPercent: number) => ({ state: 'running', cpuPercent, rssBytes: 7 }) as const

test('is due when its second is over, and lasts from when it was opened', () => {
  const { interval, wait, close } = rig(5_400)
  assert.equal(interval.isDue, false)
  wait(700)
  assert.equal(interval.isDue, true)
  const { second, durationMs } = close()
  assert.deepEqual([second, Math.round(durationMs)], [5, 700])
  assert.equal(interval.isDue, false)
  wait(1_000)
  assert.deepEqual([interval.isDue, close().second], [true, 6])
})

test('has what was reported in it, and the users of its end', () => {
  const { interval, close } = rig(0)
  interval.add(delta)
  interval.users = { A: 1 }
  interval.users = { A: 2 }
  const first = close()
  assert.deepEqual([first.stats.exceptions, first.users], [[exception], { A: 2 }])
  interval.users.A = 3
  assert.deepEqual(first.users, { A: 2 }, 'its own')
  assert.deepEqual(close().stats.exceptions, [])
})

test('before the run there is none, and what came counts in the first', () => {
  const { interval, wait, close } = rig()
  interval.add(delta)
  interval.skip()
  wait(2_000)
  assert.deepEqual([interval.isDue, interval.close()], [false, undefined])
  interval.begin(performance.timeOrigin + 102_000 + 300) // in a moment
  const { second, stats } = close()
  assert.deepEqual([second, stats.exceptions.length], [0, 1])
})

test('seconds that are skipped are nobody’s', () => {
  const { interval, wait, close } = rig(5_000)
  wait(10_400)
  interval.skip()
  assert.equal(interval.isDue, false)
  wait(600)
  const { second, durationMs } = close()
  assert.deepEqual([second, Math.round(durationMs)], [15, 600])
})

test('how its worker did is not known until it first took its CPU; afterwards 0 is a measure too', () => {
  const { interval, close } = rig(0)
  const told = [0, 95, 0].map((cpu) => {
    interval.measured(beat(cpu))
    const { health } = close()
    return health && [health.cpuPercent, health.rssBytes, health.saturated]
  })
  assert.deepEqual(told, [undefined, [95, 7, true], [0, 7, false]])
})
