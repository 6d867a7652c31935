import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shareUsers } from './share.ts'

test('every user is given to exactly one worker, evenly in total and by class', () => {
  for (let workers = 1; workers <= 7; workers++)
    for (let a = 0; a <= 20; a += 3)
      for (let b = 0; b <= 11; b++) {
        const shares = shareUsers({ A: a, B: b }, workers)
        const sum = (name: string) => shares.reduce((total, share) => total + (share[name] ?? 0), 0)
        assert.deepEqual([sum('A'), sum('B')], [a, b])
        const totals = shares.map((share) => (share.A ?? 0) + (share.B ?? 0))
        assert.ok(Math.max(...totals) - Math.min(...totals) <= 1, `${totals} of ${a} + ${b}`)
      }
})

test('one worker gets it all', () => {
  assert.deepEqual(shareUsers({ A: 3, B: 0 }, 1), [{ A: 3, B: 0 }])
})
