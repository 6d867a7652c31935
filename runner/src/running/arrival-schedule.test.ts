import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArrivalsTarget } from '../profile/arrivals-target.ts'
import { ArrivalSchedule } from './arrival-schedule.ts'

const target = (fromMs: number, untilMs: number, rate: number, before: number, rest: Partial<ArrivalsTarget> = {}) => ({
  fromMs,
  untilMs,
  rateFrom: rate,
  rateUntil: rate,
  before,
  index: 0,
  workers: 1,
  maxUsers: 10,
  ...rest,
})

function drain(schedule: ArrivalSchedule, untilMs = Number.POSITIVE_INFINITY): number[] {
  const times: number[] = []
  for (let at = schedule.peek(); at !== undefined && at <= untilMs; at = schedule.peek()) {
    times.push(Math.round(at * 1e6) / 1e6)
    schedule.take()
  }
  return times
}

test('contiguous targets, cut at odd moments, make one even sequence: none lost, none twice', () => {
  const schedule = new ArrivalSchedule()
  let before = 0
  for (let from = 0; from < 10_000; from += 370) {
    const until = Math.min(10_000, from + 370)
    schedule.add(target(from, until, 7, before))
    before += ((until - from) / 1_000) * 7
  }
  const times = drain(schedule)
  assert.equal(times.length, 70)
  for (const [n, at] of times.entries()) assert.ok(Math.abs(at - (n * 1_000) / 7) < 1e-3)
})

test('workers interleave: together they make the sequence of one', () => {
  const alone = new ArrivalSchedule()
  alone.add(target(0, 5_000, 0, 0, { rateUntil: 40 }))
  const together = [0, 1, 2].flatMap((index) => {
    const schedule = new ArrivalSchedule()
    schedule.add(target(0, 5_000, 0, 0, { rateUntil: 40, index, workers: 3 }))
    return drain(schedule)
  })
  assert.deepEqual(
    together.sort((a, b) => a - b),
    drain(alone),
  )
})

test('a message that comes twice or late changes nothing', () => {
  const schedule = new ArrivalSchedule()
  schedule.add(target(0, 1_000, 10, 0))
  const first = drain(schedule, 450)
  schedule.add(target(0, 1_000, 10, 0))
  const rest = drain(schedule)
  assert.deepEqual([...first, ...rest], [0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
  schedule.add(target(0, 1_000, 10, 0))
  assert.deepEqual(drain(schedule), [])
})

test('a newer target replaces what older ones said about its time', () => {
  const schedule = new ArrivalSchedule()
  schedule.add(target(0, 1_000, 10, 0))
  schedule.add(target(1_000, 2_000, 10, 10))
  schedule.add(target(500, 2_000, 2, 5)) // a live edit from 500 ms on
  assert.deepEqual(drain(schedule), [0, 100, 200, 300, 400, 500, 1_000, 1_500])
})

test('when a worker is lost, the others take over its arrivals from then on', () => {
  const schedule = new ArrivalSchedule()
  schedule.add(target(0, 1_000, 10, 0, { index: 1, workers: 2 }))
  schedule.add(target(1_000, 2_000, 10, 10, { index: 0, workers: 1 }))
  assert.deepEqual(drain(schedule), [100, 300, 500, 700, 900, ...Array.from({ length: 10 }, (_, i) => 1_000 + i * 100)])
})

test('after a pause in what is known the sequence goes on', () => {
  const schedule = new ArrivalSchedule()
  schedule.add(target(0, 333, 3, 0))
  assert.deepEqual(drain(schedule), [0])
  schedule.add(target(333, 1_000, 3, 0.999))
  assert.deepEqual(drain(schedule), [333.333333, 666.666667])
})

test('Poisson: mean and variance of the counts are the rate, also over several workers', () => {
  const perSecond = new Array<number>(400).fill(0)
  for (const index of [0, 1, 2]) {
    const schedule = new ArrivalSchedule(42)
    for (let s = 0; s < 400; s++)
      schedule.add(target(s * 1_000, (s + 1) * 1_000, 50, s * 50, { index, workers: 3, distribution: 'poisson' }))
    for (const at of drain(schedule)) perSecond[Math.floor(at / 1_000)]!++
  }
  const mean = perSecond.reduce((a, b) => a + b) / 400
  const variance = perSecond.reduce((sum, n) => sum + (n - mean) ** 2, 0) / 399
  assert.ok(Math.abs(mean - 50) < 1.5, `mean ${mean}`)
  assert.ok(variance > 38 && variance < 62, `variance ${variance}`)
})
