import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrivalsUntil, arrivalTimeMs } from './arrival-schedule.ts'

const segment = (fromMs: number, untilMs: number, rateFrom: number, rateUntil: number, before = 0) => ({
  fromMs,
  untilMs,
  rateFrom,
  rateUntil,
  before,
})

test('at a constant rate arrivals are evenly spaced', () => {
  const flat = segment(1_000, 2_000, 4, 4, 10)
  assert.deepEqual(
    [10, 11, 12, 13, 14].map((n) => arrivalTimeMs(flat, n)),
    [1_000, 1_250, 1_500, 1_750, 2_000],
  )
  assert.equal(arrivalsUntil(flat, 1_500), 12)
})

test('a ramp from 0 has half its rate on average', () => {
  const ramp = segment(0, 10_000, 0, 100)
  assert.equal(arrivalsUntil(ramp, 10_000), 500)
  assert.equal(arrivalTimeMs(ramp, 500), 10_000)
  assert.equal(arrivalTimeMs(ramp, 125), 5_000)
})

test('a ramp down ends: what it never comes to is never due', () => {
  const ramp = segment(0, 10_000, 100, 0)
  assert.equal(arrivalTimeMs(ramp, 375), 5_000)
  assert.equal(arrivalTimeMs(ramp, 501), Number.POSITIVE_INFINITY)
  assert.equal(arrivalTimeMs(segment(0, 1_000, 0, 0), 1), Number.POSITIVE_INFINITY)
})

test('the inverse is the inverse, also for slopes that are hardly any', () => {
  for (const [rateFrom, rateUntil] of [
    [2_000, 2_000],
    [2_000, 2_000.0001],
    [0, 3],
    [5, 0.5],
    [0.001, 1_000],
  ] as const) {
    const slope = segment(500, 60_500, rateFrom, rateUntil, 7)
    const end = arrivalsUntil(slope, 60_500)
    for (let n = 7; n < end - 1e-6; n += (end - 7) / 97) {
      const at = arrivalTimeMs(slope, n)
      assert.ok(Math.abs(arrivalsUntil(slope, at) - n) < 1e-6, `${rateFrom}→${rateUntil}, ${n}`)
    }
  }
})
