import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ProfilePlan } from '../plan/run-plan.ts'
import { createProfile } from './profiles.ts'
import { levelOf, totalLoad } from './total-load.ts'

const second = 1_000
const minute = 60 * second

/** Users at each of some seconds. */
function table(plan: ProfilePlan, rows: Record<number, number | undefined>): void {
  const profile = createProfile(plan)
  const found = Object.fromEntries(
    Object.keys(rows).map((at) => {
      const load = profile.targetAt(Number(at) * second)
      return [at, load && levelOf(load)]
    }),
  )
  assert.deepEqual(found, rows)
}

test('constant: the first user at once, the others at the rate, until the run time', () => {
  table(
    { kind: 'constant', users: 4, spawnRate: 2, runTime: 10 * second },
    { 0: 1, 0.499: 1, 0.5: 2, 0.999: 2, 1: 3, 1.5: 4, 2: 4, 9.999: 4, 10: undefined },
  )
  assert.deepEqual(
    createProfile({ kind: 'constant', users: 4, spawnRate: 2, runTime: 10_000 }).cornersMs,
    [0, 2_000, 10_000],
  )
})

test('constant: a run time that ends within the ramp leaves the rest out', () => {
  const profile = createProfile({ kind: 'constant', users: 100, spawnRate: 1, runTime: 10_000 })
  assert.deepEqual(profile.peak, { users: 10 })
  assert.deepEqual(profile.cornersMs, [0, 10_000])
})

test('stages: ramps from the level before, steps at once, holds', () => {
  const stages = [
    { ramp: 10 * second, users: 10, hold: 0 },
    { ramp: 0, hold: 5 * second },
    { ramp: 0, users: 20, hold: 5 * second },
    { ramp: 10 * second, users: 0, hold: 0 },
  ]
  table(
    { kind: 'stages', stages },
    {
      0: 1,
      0.9: 1,
      1: 2,
      9: 10,
      10: 10,
      14.99: 10,
      15: 20,
      19.99: 20,
      20: 19,
      20.4: 19,
      20.5: 18,
      29.5: 0,
      29.9: 0,
      30: undefined,
    },
  )
  const { cornersMs, durationMs, peak } = createProfile({ kind: 'stages', stages })
  assert.deepEqual(cornersMs, [0, 10_000, 15_000, 20_000, 30_000])
  assert.deepEqual([durationMs, peak], [30_000, { users: 20 }])
})

test('stages: with a spawn rate steps take their time, up and down', () => {
  table(
    {
      kind: 'stages',
      spawnRate: 5,
      stages: [
        { ramp: 0, users: 10, hold: 5 * second },
        { ramp: 0, users: 0, hold: 5 * second },
      ],
    },
    { 0: 1, 0.2: 2, 1.8: 10, 4.9: 10, 5: 9, 5.2: 8, 6.8: 0, 9.9: 0, 10: undefined },
  )
})

test('spike: calm, up, peak, down, calm', () => {
  const plan: ProfilePlan = {
    ...{
      kind: 'spike',
      baseUsers: 2,
      peakUsers: 12,
      after: 10_000,
      rampUp: 1_000,
      hold: 5_000,
      rampDown: 2_000,
      repeat: 2,
    },
  }
  table(plan, {
    ...{ 0: 2, 9.9: 2, 10: 3, 10.1: 4, 10.9: 12, 11: 12, 15.9: 12, 16: 11, 16.2: 10, 17.8: 2, 18: 2, 27.9: 2 },
    ...{ 28: 3, 29: 12, 34: 11, 36: 2, 45.9: 2, 46: undefined },
  })
  assert.deepEqual(
    createProfile(plan).cornersMs,
    [0, 10, 11, 16, 18, 28, 29, 34, 36, 46].map((at) => at * second),
  )
  assert.equal(createProfile({ ...plan, runTime: 2 * minute }).durationMs, 2 * minute)
})

test('spike: the base starts at the spawn rate', () => {
  table(
    {
      kind: 'spike',
      baseUsers: 4,
      peakUsers: 9,
      after: 10_000,
      rampUp: 0,
      hold: 1_000,
      rampDown: 0,
      repeat: 1,
      spawnRate: 1,
    },
    { 0: 1, 0.9: 1, 1: 2, 3: 4, 9.9: 4, 10: 9, 10.9: 9, 11: 4, 20.9: 4, 21: undefined },
  )
})

describe('bursts', () => {
  const plan = {
    kind: 'bursts',
    baseUsers: 1,
    burstUsers: 5,
    every: 60_000,
    duration: 10_000,
    ramp: 2_000,
    jitter: 0,
  } as const

  test('come at the end of each stretch, for ever', () => {
    for (const cycle of [0, 1, 2, 10_079]) {
      const at = cycle * 60
      table(plan, {
        ...{ [at]: 1, [at + 49.9]: 1, [at + 50]: 2, [at + 50.5]: 3, [at + 51.5]: 5, [at + 52]: 5 },
        ...{ [at + 57.9]: 5, [at + 58]: 4, [at + 59.5]: 1, [at + 59.9]: 1 },
      })
    }
    assert.equal(createProfile(plan).durationMs, undefined)
  })

  test('come earlier with jitter, at most by its share of the calm, each run the same', () => {
    const jittered = createProfile({ ...plan, jitter: 0.5 })
    const starts = Array.from({ length: 200 }, (_, cycle) => {
      const at = jittered.nextCornerMs(cycle * 60_000) as number
      return at - cycle * 60_000
    })
    assert.equal(starts[0], 50_000)
    for (const start of starts) assert.ok(start >= 25_000 && start <= 50_000, `${start}`)
    const mean = starts.reduce((sum, start) => sum + start, 0) / starts.length
    assert.ok(Math.abs(mean - 37_500) < 2_000, `${mean}`)
    assert.ok(new Set(starts).size > 190)
    assert.ok(starts.some((start) => start < 27_500))
  })

  test('know their corners however late it is', () => {
    const profile = createProfile(plan)
    assert.equal(profile.cornersMs.length, 4 * 1_000)
    const week = 7 * 24 * 60
    assert.equal(profile.nextCornerMs(week * minute + 50_500), week * minute + 52_000)
    assert.equal(profile.nextCornerMs(week * minute + 59_999), (week + 1) * minute)
  })
})

test('arrivals: rates are straight between corners', () => {
  table(
    { kind: 'arrivals', rate: 5, maxUsers: 1, distribution: 'even', runTime: 2_000 },
    { 0: 5, 1.9: 5, 2: undefined },
  )
  table(
    {
      ...{ kind: 'arrivals', maxUsers: 1, distribution: 'even' },
      stages: [
        { ramp: 10_000, rate: 20, hold: 5_000 },
        { ramp: 0, rate: 30, hold: 5_000 },
        { ramp: 10_000, rate: 0, hold: 0 },
      ],
    },
    { 0: 0, 5: 10, 10: 20, 14.9: 20, 15: 30, 20: 30, 25: 15, 29: 3, 30: undefined },
  )
})

describe('ramps are smooth', () => {
  const startsPerSecond = (plan: ProfilePlan, seconds: number, offsetMs: number): number[] => {
    const profile = createProfile(plan)
    const users = (at: number) => (at < 0 ? 0 : levelOf(profile.targetAt(at)))
    return Array.from({ length: seconds }, (_, n) =>
      Math.abs(users((n + 1) * second + offsetMs - 1e-3) - users(n * second + offsetMs - 1e-3)),
    )
  }

  test('at 2.5 users/s a second starts 2 or 3, whenever it begins', () => {
    for (const offset of [0, 100, 250, 333, 900]) {
      const starts = startsPerSecond({ kind: 'constant', users: 1_000, spawnRate: 2.5 }, 390, offset)
      assert.deepEqual([...new Set(starts)].sort(), [2, 3], `offset ${offset}`)
    }
  })

  test('and stops 2 or 3 on the way down', () => {
    const stages = [
      { ramp: 0, users: 1_000, hold: 10_000 },
      { ramp: 400_000, users: 0, hold: 0 },
    ]
    const stops = startsPerSecond({ kind: 'stages', stages }, 409, 0).slice(10)
    assert.deepEqual([...new Set(stops)].sort(), [2, 3])
  })

  test('any rate: no stretch of time starts more than its rate allows, by one', () => {
    fc.assert(
      fc.property(
        fc.record({
          users: fc.integer({ min: 1, max: 10_000 }),
          spawnRate: fc.double({ min: 0.01, max: 5_000, noNaN: true }),
          from: fc.double({ min: 0, max: 1, noNaN: true }),
          length: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        ({ users, spawnRate, from, length }) => {
          const profile = createProfile({ kind: 'constant', users, spawnRate })
          const rampMs = (users / spawnRate) * second
          const [fromMs, untilMs] = [from * rampMs, Math.min(rampMs, (from + length) * rampMs)]
          const started = levelOf(profile.targetAt(untilMs)) - levelOf(profile.targetAt(fromMs))
          const due = ((untilMs - fromMs) / second) * spawnRate
          assert.ok(Math.abs(started - due) <= 1 + 1e-3, `${started} for ${due}`)
          assert.equal(levelOf(profile.targetAt(0)), 1)
          assert.equal(levelOf(profile.targetAt(((users - 1) / spawnRate) * second)), users)
        },
      ),
    )
  })

  test('any stages: levels are reached at their end, and the area is that of small steps', () => {
    const stage = fc.record({
      users: fc.integer({ min: 0, max: 300 }),
      ramp: fc.integer({ min: 0, max: 60_000 }),
      hold: fc.integer({ min: 1, max: 60_000 }),
    })
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 6 }), (stages) => {
        const profile = createProfile({ kind: 'stages', stages })
        let at = 0
        for (const { users, ramp, hold } of stages) {
          at += ramp + hold
          assert.equal(levelOf(profile.targetAt(at - 0.5)), users)
        }
        assert.equal(profile.durationMs, at)
        let area = 0
        let allowed = 1e-3
        const steps = 1_000
        for (const [index, fromMs] of profile.cornersMs.entries()) {
          const stepMs = ((profile.cornersMs[index + 1] ?? fromMs) - fromMs) / steps
          for (let n = 0; n < steps; n++)
            area += (levelOf(profile.targetAt(fromMs + (n + 0.5) * stepMs)) * stepMs) / second
          allowed += (300 * stepMs) / 2 / second // each of up to 300 starts may be half a step off
        }
        const expected = totalLoad(profile, at)
        assert.ok(Math.abs(area - expected) <= allowed, `${area}, not ${expected}`)
      }),
      { numRuns: 20 },
    )
  })
})
