import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Starts } from './starts.ts'

function rig() {
  let now = 0
  const waiting = new Set<string>()
  const starts = new Starts<string>(
    (user) => waiting.has(user),
    () => now,
  )
  return {
    waiting,
    /** What is overdue at a moment of the run. */
    at(ms: number) {
      now = ms
      const { users, userMs } = starts.overdue(ms)
      return [users, userMs]
    },
    do(ms: number, what: 'begin' | 'reach' | 'leave', user: string) {
      now = ms
      if (what === 'begin') starts.begin(user)
      else if (what === 'reach') starts.end(user, true)
      else starts.leave(user)
    },
  }
}

test('where no user ever came out of onStart, all their time is lost, in a run of any length', () => {
  const { at, do: on } = rig()
  for (const [ms, user] of [
    [0, 'a'],
    [500, 'b'],
  ] as const)
    on(ms, 'begin', user)
  assert.deepEqual(at(1_000), [2, 1_500])
  assert.deepEqual(at(60_000), [2, 119_500])
})

test('users that are as slow as others were, up to half as much again, are no fault', () => {
  const { at, do: on } = rig()
  on(0, 'begin', 'login of 10 s')
  on(10_000, 'reach', 'login of 10 s')
  on(12_000, 'begin', 'the next')
  assert.deepEqual(at(26_900), [0, 0])
  assert.deepEqual(at(27_000), [1, 15_000])
  on(27_100, 'reach', 'the next')
  assert.deepEqual(at(60_000), [0, 0], 'it came out all the same')
})

test('a user that hangs beside others that begin at once is overdue after 3 s, or half of a shorter run', () => {
  const { at, do: on } = rig()
  on(0, 'begin', 'quick')
  on(1, 'reach', 'quick')
  on(10, 'begin', 'hangs')
  assert.deepEqual(at(1_010), [1, 1_000], 'half of it')
  on(1_020, 'begin', 'has only begun')
  assert.deepEqual(at(2_020), [1, 2_010])
  assert.deepEqual(at(9_000), [2, 8_990 + 7_980])
})

test('one that is told to leave while it hangs has lost its time for good; one that has only begun has not', () => {
  const { at, do: on } = rig()
  on(0, 'begin', 'quick')
  on(1, 'reach', 'quick')
  on(0, 'begin', 'hangs')
  on(9_000, 'begin', 'young')
  on(10_000, 'leave', 'hangs')
  on(10_000, 'leave', 'young')
  assert.deepEqual(at(20_000), [0, 10_000])
})

test('one that waits for an answer is the target’s to answer for', () => {
  const { at, do: on, waiting } = rig()
  on(0, 'begin', 'asks')
  waiting.add('asks')
  assert.deepEqual(at(20_000), [0, 0])
  on(20_000, 'leave', 'asks')
  assert.deepEqual(at(20_000), [0, 0])
})
