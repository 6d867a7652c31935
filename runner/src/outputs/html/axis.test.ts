import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeTicks, valueTicks } from './axis.ts'

test('marks of values are round, start at 0 and cover the greatest', () => {
  assert.deepEqual(valueTicks(10), [0, 2.5, 5, 7.5, 10])
  assert.deepEqual(valueTicks(101), [0, 50, 100, 150])
  assert.deepEqual(valueTicks(0.3), [0, 0.1, 0.2, 0.3])
  for (let greatest = 1e-8; greatest < 1e15; greatest *= 1.37) {
    const ticks = valueTicks(greatest)
    const last = ticks.at(-1) as number
    assert.ok(last >= greatest * (1 - 1e-9) && last < greatest * 2, `${greatest}: ${ticks}`)
    assert.ok(ticks.length >= 3 && ticks.length <= 6, `${greatest}: ${ticks}`)
  }
})

test('there is an axis where nothing was measured', () => {
  for (const greatest of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 5e-324])
    assert.deepEqual(valueTicks(greatest), [0, 1])
})

test('marks of time are those of a clock, and few, from a second to years', () => {
  assert.deepEqual(timeTicks(0.7), [0])
  assert.deepEqual(timeTicks(30), [0, 5, 10, 15, 20, 25, 30])
  assert.deepEqual(
    timeTicks(3_600),
    [0, 10, 20, 30, 40, 50, 60].map((minutes) => minutes * 60),
  )
  assert.deepEqual(
    timeTicks(7 * 86_400),
    [0, 1, 2, 3, 4, 5, 6, 7].map((days) => days * 86_400),
  )
  for (let seconds = 1; seconds < 4e8; seconds *= 1.3) {
    const ticks = timeTicks(seconds)
    assert.ok(ticks.length >= 2 && ticks.length <= 10 && (ticks.at(-1) as number) <= seconds, `${seconds}: ${ticks}`)
  }
})
