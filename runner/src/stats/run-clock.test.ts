import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunClock } from './run-clock.ts'

test('before the first moment there is no time; after it both clocks say the same', () => {
  const clock = new RunClock()
  assert.deepEqual([clock.hasStarted, clock.startedAt, clock.elapsedMs], [false, 0, 0])
  clock.start()
  assert.ok(clock.hasStarted && clock.elapsedMs >= 0)
  const now = performance.timeOrigin + performance.now()
  assert.ok(Math.abs(clock.startedAt + clock.elapsedMs - now) < 1_000)
})

test('a first moment of another process, sooner or later than now', () => {
  for (const aheadMs of [-60_000, 60_000]) {
    const clock = new RunClock()
    clock.start(performance.now() + aheadMs)
    assert.ok(Math.abs(clock.elapsedMs + aheadMs) < 1_000, `${clock.elapsedMs}`)
  }
})
