import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Starts } from './starts.ts'

function rig() {
  let now = 0
  const starts = new Starts(() => now)
  return {
    user: () => ({ requests: 0, isWaiting: false }),
    /** What is overdue at a moment of the run. */
    at(ms: number) {
      now = ms
      const { users, userMs } = starts.overdue(ms)
      return [users, userMs]
    },
    do(ms: number, what: 'begin' | 'reach' | 'leave', user: { requests: number; isWaiting: boolean }) {
      now = ms
      if (what === 'begin') starts.begin(user)
      else if (what === 'reach') starts.end(user, true)
      else starts.leave(user)
    },
  }
}

test('where no user ever came out of onStart, all their time is lost, in a run of any length', () => {
  const { at, do: on, user } = rig()
  on(0, 'begin', user())
  on(500, 'begin', user())
  assert.deepEqual(at(1_000), [2, 1_500])
  assert.deepEqual(at(60_000), [2, 119_500])
})

test('users that are as slow as others were, up to half as much again, are no fault', () => {
  const { at, do: on, user } = rig()
  const [first, next] = [user(), user()]
  on(0, 'begin', first)
  on(10_000, 'reach', first)
  on(12_000, 'begin', next)
  assert.deepEqual(at(26_900), [0, 0])
  assert.deepEqual(at(27_000), [1, 15_000])
  on(27_100, 'reach', next)
  assert.deepEqual(at(60_000), [0, 0], 'it came out all the same')
})

test('a user that hangs beside others that begin at once is overdue after 3 s, or half of a shorter run', () => {
  const { at, do: on, user } = rig()
  const quick = user()
  on(0, 'begin', quick)
  on(1, 'reach', quick)
  on(10, 'begin', user())
  assert.deepEqual(at(1_010), [1, 1_000], 'half of it')
  on(1_020, 'begin', user())
  assert.deepEqual(at(2_020), [1, 2_010])
  assert.deepEqual(at(9_000), [2, 8_990 + 7_980])
})

test('one that is told to leave while it hangs has lost its time for good; one that has only begun has not', () => {
  const { at, do: on, user } = rig()
  const [quick, hangs, young] = [user(), user(), user()]
  on(0, 'begin', quick)
  on(1, 'reach', quick)
  on(1, 'begin', hangs)
  on(9_000, 'begin', young)
  on(10_001, 'leave', hangs)
  on(10_001, 'leave', young)
  assert.deepEqual(at(20_000), [0, 10_000])
})

test('one that waits for an answer is the target’s to answer for', () => {
  const { at, do: on, user } = rig()
  const asks = { ...user(), requests: 1, isWaiting: true }
  on(0, 'begin', asks)
  assert.deepEqual(at(20_000), [0, 0])
  on(20_000, 'leave', asks)
  assert.deepEqual(at(20_000), [0, 0])
})

test('one that makes requests in onStart does something there, until it makes no more', () => {
  const { at, do: on, user } = rig()
  const polls = user()
  on(0, 'begin', polls)
  for (let ms = 1_000; ms <= 30_000; ms += 1_000) {
    polls.requests++
    assert.deepEqual(at(ms), [0, 0])
  }
  assert.deepEqual(at(32_900), [0, 0])
  assert.deepEqual(at(40_000), [1, 10_000])
})
