import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StallWatch } from './stall-watch.ts'

/** A process on clocks of its own: `runs` turns the loop every 100 ms, with a tenth of a CPU. */
function rig() {
  const at = { now: 5_000, asleep: 70_000, cpu: 0 }
  const watch = new StallWatch({
    now: () => at.now,
    awakeOrAsleep: () => Math.floor((at.now + at.asleep) / 10) * 10,
    cpu: () => at.cpu,
  })
  watch.start()
  watch.stop() // its own timer; the test turns the loop
  const pass = (ms: number, cpu: number) => {
    at.now += ms
    at.cpu += cpu
  }
  return {
    watch,
    runs(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) {
        pass(100, 10)
        watch.turned()
      }
    },
    stands: (ms: number, cpu = 0) => pass(ms, cpu),
    sleeps: (ms: number) => (at.asleep += ms),
  }
}

const none = { stalledMs: 0, stoppedMs: 0, pausedMs: 0 }

test('a loop that turns, also a slow one or on a busy machine, does not stand still', () => {
  const { watch, runs, stands } = rig()
  runs(1_000)
  for (const [ms, cpu] of [
    [900, 700],
    [900, 240],
    [340, 0],
  ] as const) {
    stands(ms, cpu)
    watch.turned()
  }
  stands(900, 890)
  assert.deepEqual(watch.take(), none)
})

test('short standstills without CPU are summed, beyond the beat that is waited for anyway', () => {
  const { watch, runs, stands } = rig()
  for (const [ms, cpu] of [
    [900, 0],
    [400, 10],
    [700, 100],
  ] as const) {
    stands(ms, cpu)
    watch.turned()
    runs(100)
  }
  assert.deepEqual(watch.take(), { stalledMs: 0, stoppedMs: 0, pausedMs: 800 + 290 + 500 })
  assert.deepEqual(watch.take(), none)
})

test('a stopped process: it is told once, by whoever looks first', () => {
  for (const looksFirst of ['beat', 'take'] as const) {
    const { watch, runs, stands } = rig()
    runs(400)
    stands(8_000)
    if (looksFirst === 'beat') watch.turned()
    assert.deepEqual(watch.take(), { stalledMs: 8_000, stoppedMs: 8_000, pausedMs: 0 }, looksFirst)
    runs(1_000)
    assert.deepEqual(watch.take(), none)
  }
})

test('several stalls in one interval are summed', () => {
  const { watch, runs, stands } = rig()
  for (const ms of [1_000, 2_000, 899]) {
    stands(ms)
    runs(100)
  }
  const { stalledMs, stoppedMs, pausedMs } = watch.take()
  assert.deepEqual([stalledMs, stoppedMs, pausedMs], [3_200, 3_180, 889])
})

test('a loop that is blocked by work stands still, but is not stopped', () => {
  const { watch, stands } = rig()
  stands(3_000, 2_900)
  assert.deepEqual(watch.take(), { stalledMs: 3_000, stoppedMs: 100, pausedMs: 0 })
  stands(2_000, 5_000) // garbage collection has threads of its own
  assert.deepEqual(watch.take(), { stalledMs: 2_000, stoppedMs: 0, pausedMs: 0 })
})

test('a machine that slept: no clock that drives timers has noticed', () => {
  const { watch, runs, sleeps } = rig()
  runs(500)
  sleeps(30_000)
  runs(500)
  const { stalledMs, stoppedMs } = watch.take()
  assert.ok(Math.abs(stalledMs - 30_000) <= 10 && stoppedMs === stalledMs, `${stalledMs}`)
  runs(1_000)
  assert.deepEqual(watch.take(), none)
})

test('an uptime in whole seconds is no sleep', () => {
  const { watch, runs, sleeps } = rig()
  for (let second = 0; second < 100; second++) {
    sleeps(second % 2 === 0 ? 990 : -990)
    runs(1_000)
    assert.deepEqual(watch.take(), none)
  }
})
