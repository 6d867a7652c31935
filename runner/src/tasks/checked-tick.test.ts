import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkedTick } from './checked-tick.ts'

class Buyer {}

test('what a tick may be', () => {
  const asked = (tick: unknown) => {
    const { users, spawnRate, classes } = checkedTick(tick, 'Waves', 0) ?? {}
    return [users, spawnRate, classes]
  }
  assert.deepEqual(asked([5, 2]), [5, 2, undefined])
  assert.deepEqual(asked([0, 0.5, undefined]), [0, 0.5, undefined])
  assert.deepEqual(asked([4.6, 2, null]), [5, 2, undefined], 'users are whole')
  assert.deepEqual(asked([3, 3, [Buyer, 'Seller']]), [3, 3, ['Buyer', 'Seller']])
  assert.deepEqual(asked([1_000_000, 1_000_000]), [1_000_000, 1_000_000, undefined])
  assert.equal(checkedTick(undefined, 'Waves', 0), undefined)
  assert.equal(checkedTick(null, 'Waves', 0), undefined)
})

test('anything else is refused, with the value, the shape and the second', () => {
  const form = /return \[users, spawnRate\]/
  const wrong: [tick: unknown, shown: string, hint: RegExp][] = [
    [{ users: 5, spawnRate: 2 }, '{ users: 5, spawnRate: 2 }', form],
    [Promise.resolve([5, 2]), 'a promise', /must not be async/],
    [Promise.reject(new Error('never told')), 'a promise', /must not be async/],
    ['5,2', "'5,2'", form],
    [5, '5', form],
    [false, 'false', form],
    [0, '0', form],
    [10n, '10n', form],
    [() => [5, 2], 'a function', form],
    [new Set([5, 2]), 'Set(2) { 5, 2 }', form],
    [[], '[]', form],
    [[1], '[ 1 ]', form],
    [[1, 2, [Buyer], 4], '[ 1, 2, [ [class Buyer] ], 4 ]', form],
    [['5', 2], "[ '5', 2 ]", /users must be a number/],
    [[undefined, 2], '[ undefined, 2 ]', /users must be a number/],
    [[-1, 10], '[ -1, 10 ]', /users must be a number, 0 or more/],
    [[Number.NaN, 1], '[ NaN, 1 ]', /users must be a number/],
    [[Number.POSITIVE_INFINITY, 1], '[ Infinity, 1 ]', /users must be a number/],
    [[1e9, 1e9], '[ 1000000000, 1000000000 ]', /at most 1,000,000/],
    [[5, 1e9], '[ 5, 1000000000 ]', /spawnRate must be at most 1,000,000/],
    [[5, 0], '[ 5, 0 ]', /spawnRate must be a number above 0/],
    [[5, -2], '[ 5, -2 ]', /spawnRate must be a number above 0/],
    [[5, '2'], "[ 5, '2' ]", /spawnRate must be a number/],
    [[5, null], '[ 5, null ]', /spawnRate must be a number/],
    [[5, 2, []], '[ 5, 2, [] ]', /classes must be a list/],
    [[5, 2, 'Buyer'], "[ 5, 2, 'Buyer' ]", /classes must be a list/],
    [[5, 2, Buyer], '[ 5, 2, [class Buyer] ]', /classes must be a list/],
    [[5, 2, [7]], '[ 5, 2, [ 7 ] ]', /classes must be a list/],
    [[5, 2, [undefined]], '[ 5, 2, [ undefined ] ]', /classes must be a list/],
  ]
  for (const [tick, shown, hint] of wrong)
    assert.throws(() => checkedTick(tick, 'Waves', 3), {
      name: 'KatydidError',
      code: 'HOOK',
      message: `Waves.tick() returned ${shown} at 3 s`,
      hint,
    })
})
