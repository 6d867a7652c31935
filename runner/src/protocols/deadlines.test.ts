import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deadlines, Expiring } from './deadlines.ts'

class Entry extends Expiring {
  expiredAt: number | undefined = undefined
  readonly #now: () => number
  constructor(now: () => number) {
    super()
    this.#now = now
  }
  expire(): void {
    this.expiredAt = this.#now()
  }
}

function setUp(t: { mock: typeof import('node:test').mock }) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const now = () => Date.now()
  const deadlines = new Deadlines(now)
  const add = (lifeMs: number) => {
    const entry = new Entry(now)
    deadlines.add(entry, now(), lifeMs)
    return entry
  }
  return { deadlines, add, tick: (ms: number) => t.mock.timers.tick(ms) }
}

test('each expires at its time, whatever the order they were added in', (t) => {
  const { add, tick } = setUp(t)
  const long = add(500)
  const short = add(100)
  tick(50)
  const later = add(100)
  const between = add(300)
  for (let ms = 0; ms < 600; ms += 5) tick(5)
  assert.deepEqual(
    [short, later, between, long].map(({ expiredAt }) => expiredAt),
    [100, 150, 350, 500],
  )
})

test('what is removed never expires, from any place of its queue', (t) => {
  const { deadlines, add, tick } = setUp(t)
  const all = Array.from({ length: 5 }, () => add(100))
  for (const index of [0, 2, 4]) deadlines.remove(all[index]!)
  deadlines.remove(all[0]!)
  tick(200)
  assert.deepEqual(
    all.map(({ expiredAt }) => expiredAt !== undefined),
    [false, true, false, true, false],
  )
})

test('one may be added while others expire, and after everything has', (t) => {
  const { deadlines, tick } = setUp(t)
  const times: number[] = []
  class Again extends Expiring {
    expire(): void {
      times.push(Date.now())
      if (times.length < 4) deadlines.add(this, Date.now(), times.length * 10)
    }
  }
  deadlines.add(new Again(), 0, 10)
  for (let ms = 0; ms < 200; ms++) tick(1)
  assert.deepEqual(times, [10, 20, 40, 70])
})
