import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ArrivalsPlan } from '../plan/run-plan.ts'
import { ArrivalIntegral } from './arrival-integral.ts'
import { arrivalsTargets } from './arrivals-target.ts'
import { createProfile } from './profiles.ts'

const base = { kind: 'arrivals', maxUsers: 1, distribution: 'even' } as const
const constant = createProfile({ ...base, rate: 200, runTime: 60_000 })
const endless = createProfile({ ...base, rate: 200, distribution: 'poisson' })
const staged = createProfile({
  ...base,
  stages: [
    { ramp: 10_000, rate: 20, hold: 0 },
    { ramp: 0, hold: 5_000 },
    { ramp: 0, rate: 40, hold: 5_000 },
    { ramp: 10_000, rate: 0, hold: 0 },
  ],
})
const until = (profile: typeof staged, atMs: number) => profile.arrivals?.integral.until(atMs)

test('arrivals until a moment are the area under the rate', () => {
  assert.deepEqual(
    [0, 5, 1_000, 60_000, 99_000].map((at) => until(constant, at)),
    [0, 1, 200, 12_000, 12_000],
  )
  assert.equal(until(endless, 604_800_000), 120_960_000)
  assert.deepEqual(
    [0, 5, 10, 15, 20, 25, 30, 99].map((at) => until(staged, at * 1_000)),
    [0, 25, 100, 200, 400, 550, 600, 600],
  )
  assert.equal(until(staged, -5), 0)
})

test('orders are cut at corners, with what came before', () => {
  assert.deepEqual(arrivalsTargets(staged, 5_000, 16_000), [
    { fromMs: 5_000, untilMs: 10_000, rateFrom: 10, rateUntil: 20, before: 25, distribution: 'even' },
    { fromMs: 10_000, untilMs: 15_000, rateFrom: 20, rateUntil: 20, before: 100, distribution: 'even' },
    { fromMs: 15_000, untilMs: 16_000, rateFrom: 40, rateUntil: 40, before: 200, distribution: 'even' },
  ])
  assert.deepEqual(arrivalsTargets(endless, 1_000, 1_500), [
    { fromMs: 1_000, untilMs: 1_500, rateFrom: 200, rateUntil: 200, before: 200, distribution: 'poisson' },
  ])
})

test('there are none after the end, of no time, or of users', () => {
  assert.deepEqual(arrivalsTargets(staged, 30_000, 40_000), [])
  assert.deepEqual(arrivalsTargets(staged, 5_000, 5_000), [])
  assert.equal(arrivalsTargets(staged, 29_000, 40_000).at(-1)?.untilMs, 30_000)
  assert.deepEqual(arrivalsTargets(createProfile({ kind: 'constant', users: 1, spawnRate: 1 }), 0, 1_000), [])
  assert.deepEqual(new ArrivalIntegral([]).between(0, 1_000), [])
})

describe('any profile', () => {
  const stage = fc.record({
    rate: fc.double({ min: 0, max: 1_000, noNaN: true }),
    ramp: fc.integer({ min: 0, max: 100_000 }),
    hold: fc.integer({ min: 1, max: 100_000 }),
  })
  const plan = fc.array(stage, { minLength: 1, maxLength: 6 }).map((stages): ArrivalsPlan => ({ ...base, stages }))
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })

  test('however it is cut, orders join without a gap and no arrival is lost or doubled', () => {
    fc.assert(
      fc.property(plan, cuts, (plan, cuts) => {
        const profile = createProfile(plan)
        const endMs = profile.durationMs as number
        const moments = [0, ...cuts.map((cut) => cut * endMs), endMs].sort((a, b) => a - b)
        let atMs = 0
        let arrived = 0
        for (const [index, untilMs] of moments.entries())
          for (const order of arrivalsTargets(profile, moments[index - 1] ?? 0, untilMs)) {
            assert.equal(order.fromMs, atMs)
            assert.ok(order.untilMs > order.fromMs && order.rateFrom >= 0 && order.rateUntil >= 0)
            assert.ok(Math.abs(order.before - arrived) <= 1e-6, `${order.before}, not ${arrived}`)
            arrived += ((order.rateFrom + order.rateUntil) / 2) * ((order.untilMs - order.fromMs) / 1_000)
            atMs = order.untilMs
          }
        assert.equal(atMs, endMs)
        assert.ok(Math.abs(arrived - (profile.arrivals?.integral.until(endMs) as number)) <= 1e-6)
      }),
    )
  })

  test('until the end it is the sum of middle rate × length of every stretch; it never falls', () => {
    fc.assert(
      fc.property(plan, cuts, (plan, cuts) => {
        const { durationMs = 0, arrivals, cornersMs } = createProfile(plan)
        const integral = arrivals?.integral as ArrivalIntegral
        let sum = 0
        for (const [index, fromMs] of cornersMs.entries()) {
          const untilMs = cornersMs[index + 1] ?? durationMs
          sum += (integral.rateAt((fromMs + untilMs) / 2) * (untilMs - fromMs)) / 1_000
        }
        const total = integral.until(durationMs)
        assert.ok(Math.abs(sum - total) <= 1e-9 * total + 1e-9, `${sum}, not ${total}`)
        let last = 0
        for (const at of cuts.map((cut) => cut * durationMs).sort((a, b) => a - b)) {
          const now = integral.until(at)
          assert.ok(now >= last - 1e-9 && now <= total + 1e-9)
          last = now
        }
      }),
    )
  })
})
