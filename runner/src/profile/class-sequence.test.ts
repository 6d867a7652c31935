import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClassSequence } from './class-sequence.ts'

const sequenceOf = (weights: Record<string, number>) =>
  new ClassSequence(Object.entries(weights).map(([name, weight]) => ({ name, weight })))

function dealt(total: number, weights: Record<string, number>): Record<string, number> {
  const sequence = sequenceOf(weights)
  const users = Object.fromEntries(Object.keys(weights).map((name) => [name, 0]))
  for (let n = 0; n < total; n++) users[sequence.next() as string]! += 1
  return users
}

test('spreads as Locust 2.47 does (figures from its own _kl_generator)', () => {
  const cases: [Record<string, number>, number, Record<string, number>][] = [
    [{ A: 5, B: 1 }, 2, { A: 2, B: 0 }],
    [{ A: 5, B: 1 }, 3, { A: 2, B: 1 }],
    [{ A: 5, B: 1 }, 7, { A: 6, B: 1 }],
    [{ A: 5, B: 1 }, 10, { A: 8, B: 2 }],
    [{ A: 5, B: 1 }, 25, { A: 21, B: 4 }],
    [{ A: 5, B: 1 }, 12345, { A: 10287, B: 2058 }],
    [{ A: 1, B: 1, C: 1 }, 1, { A: 1, B: 0, C: 0 }],
    [{ A: 1, B: 1, C: 1 }, 7, { A: 3, B: 2, C: 2 }],
    [{ A: 1, B: 1, C: 1 }, 12345, { A: 4115, B: 4115, C: 4115 }],
    [{ A: 7, B: 2, C: 1 }, 3, { A: 2, B: 1, C: 0 }],
    [{ A: 7, B: 2, C: 1 }, 25, { A: 17, B: 5, C: 3 }],
    [{ A: 7, B: 2, C: 1 }, 101, { A: 71, B: 20, C: 10 }],
    [{ A: 7, B: 2, C: 1 }, 12345, { A: 8641, B: 2469, C: 1235 }],
    [{ A: 0.5, B: 1.5 }, 7, { A: 2, B: 5 }],
    [{ A: 0.5, B: 1.5 }, 12345, { A: 3086, B: 9259 }],
    [{ A: 100, B: 1 }, 25, { A: 25, B: 0 }],
    [{ A: 100, B: 1 }, 101, { A: 100, B: 1 }],
    [{ A: 100, B: 1 }, 12345, { A: 12223, B: 122 }],
    [{ A: 3, B: 2, C: 0 }, 101, { A: 61, B: 40, C: 0 }],
  ]
  for (const [weights, total, expected] of cases)
    assert.deepEqual(dealt(total, weights), expected, `${total} of ${JSON.stringify(weights)}`)
})

test('the order of A 5 : B 1 is that of Locust', () => {
  const sequence = sequenceOf({ A: 5, B: 1 })
  assert.equal(Array.from({ length: 12 }, () => sequence.next()).join(''), 'AABAAAAABAAA')
})

test('every total is within two users of the weights', () => {
  const weights = { A: 7.3, B: 2, C: 0.4 }
  const sequence = sequenceOf(weights)
  const users = { A: 0, B: 0, C: 0 }
  for (let total = 1; total <= 3_000; total++) {
    users[sequence.next() as keyof typeof users] += 1
    for (const name of ['A', 'B', 'C'] as const)
      assert.ok(Math.abs(users[name] - (total * weights[name]) / 9.7) < 1.5, `${name} at ${total}`)
  }
})

test('without a class that has a weight, nobody is next', () => {
  assert.equal(sequenceOf({ A: 0 }).next(), undefined)
  assert.equal(sequenceOf({}).next(), undefined)
})
