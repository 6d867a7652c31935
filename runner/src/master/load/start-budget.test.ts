import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StartBudget } from './start-budget.ts'

/** Looks after each of these ms, and starts as many users as may; how many that were. */
function started(afterMs: readonly number[], perSecond: number, riseAt: (tick: number) => number = () => 0): number {
  const budget = new StartBudget()
  let at = 0
  let sum = 0
  for (const [tick, ms] of afterMs.entries()) {
    const allowed = budget.allowed((at += ms), riseAt(tick), perSecond)
    budget.spend(allowed)
    sum += allowed
  }
  return sum
}

/** As the master looks. */
const twentySeconds = Array<number>(801).fill(25)

test('without a spawn rate everything may start at once', () => {
  const budget = new StartBudget()
  budget.spend(1_000)
  assert.equal(budget.allowed(0, 0, undefined), Number.POSITIVE_INFINITY)
})

test('what a profile adds may start, however much it is', () => {
  assert.equal(new StartBudget().allowed(0, 500, 2), 500)
})

for (const rate of [0.5, 1, 7.3, 8, 26, 40, 1_000])
  test(`users that only move start at the spawn rate: ${rate}/s`, () => {
    const users = started(twentySeconds, rate)
    assert.ok(Math.abs(users - 20 * rate) <= 1, `${users}`)
  })

test('they never start faster than that, however unevenly it is looked', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 5_000, noNaN: true }),
      fc.array(fc.nat(400), { minLength: 1 }),
      (rate, looks) => {
        const seconds = looks.slice(1).reduce((sum, ms) => sum + ms, 0) / 1_000
        assert.ok(started(looks, rate) <= rate * seconds + 1e-6)
      },
    ),
  )
})

test('a ramp and users that move do not start faster than either', () => {
  const tenASecond = (tick: number) => (tick % 4 === 0 ? 1 : 0)
  const users = started(twentySeconds, 10, tenASecond)
  assert.ok(users >= 200 && users <= 202, `${users}`)
})

test('a pause saves up a twentieth of a second, and at least one user', () => {
  for (const [rate, saved] of [
    [200, 10],
    [20, 1],
    [0.5, 1],
  ] as const) {
    const budget = new StartBudget()
    assert.equal(budget.allowed(0, 0, rate), 0)
    assert.equal(budget.allowed(600_000, 0, rate), saved)
    budget.spend(saved)
    assert.equal(budget.allowed(600_000, 0, rate), 0)
  }
})
