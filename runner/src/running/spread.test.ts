import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuMsOf } from '../stats/cpu-time.fixture.ts'
import { spreadUsers } from './spread.ts'

const info = (name: string, weight: number, fixedCount = 0) => ({ name, weight, fixedCount })

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
  for (const [weights, total, expected] of cases) {
    const classes = Object.entries(weights).map(([name, weight]) => info(name, weight))
    assert.deepEqual(spreadUsers(total, classes), expected, `${total} of ${JSON.stringify(weights)}`)
  }
})

test('the order of A 5 : B 1 is that of Locust', () => {
  const classes = [info('A', 5), info('B', 1)]
  let order = ''
  for (let total = 1; total <= 12; total++) {
    const before = spreadUsers(total - 1, classes)
    order += (spreadUsers(total, classes).A as number) > (before.A as number) ? 'A' : 'B'
  }
  assert.equal(order, 'AABAAAAABAAA')
})

test('fixed counts come first and exactly, the rest by weight', () => {
  const classes = [info('Admin', 1, 3), info('Cron', 1, 1), info('Shopper', 3), info('Visitor', 1)]
  assert.deepEqual(spreadUsers(4, classes), { Admin: 3, Cron: 1, Shopper: 0, Visitor: 0 })
  assert.deepEqual(spreadUsers(12, classes), { Admin: 3, Cron: 1, Shopper: 6, Visitor: 2 })
  assert.equal(
    Object.values(spreadUsers(2, classes)).reduce((a, b) => a + b),
    2,
  )
})

test('with fixed counts only, no more than those run', () => {
  assert.deepEqual(spreadUsers(50, [info('A', 1, 3), info('B', 1, 10)]), { A: 3, B: 10 })
})

test('a higher total never lowers a class, adds up, and stays within one of the weights', () => {
  const classes = [info('A', 7.3), info('B', 2), info('C', 0.4), info('D', 1, 5)]
  const sum = 9.7
  let before = spreadUsers(0, classes)
  for (let total = 1; total <= 3_000; total++) {
    const users = spreadUsers(total, classes)
    assert.equal(
      Object.values(users).reduce((a, b) => a + b),
      total,
    )
    for (const { name, weight, fixedCount } of classes) {
      assert.ok((users[name] as number) >= (before[name] as number), `${name} at ${total}`)
      if (fixedCount === 0 && total > 5)
        assert.ok(Math.abs((users[name] as number) - ((total - 5) * weight) / sum) < 1.5, `${name} at ${total}`)
    }
    before = users
  }
})

test('a million users cost no more than a few', () => {
  const classes = Array.from({ length: 20 }, (_, i) => info(`C${i}`, i + 1))
  const cpuMs = (users: number) =>
    cpuMsOf(() => {
      for (let i = 0; i < 200; i++) spreadUsers(users + i, classes)
    })
  cpuMs(1_000) // warm
  const [few, many] = [cpuMs(1_000), cpuMs(1_000_000)]
  assert.ok(many < 20 * (few + 1), `${many} ms for a million, ${few} ms for a thousand`)
})
