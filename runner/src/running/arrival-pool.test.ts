import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { testRun, until } from '../environment/test-run.fixture.ts'
import { SequentialTaskSet } from '../tasks/sequential-task-set.ts'
import { User, type UserClass } from '../tasks/user.ts'
import { constant } from '../tasks/waits.ts'
import { ArrivalPool } from './arrival-pool.ts'

function poolOf(classes: Record<string, UserClass>) {
  const run = testRun()
  const startedAt = performance.now()
  const runClock = () => performance.now() - startedAt
  const pool = new ArrivalPool({ runtime: run.runtime, classes: new Map(Object.entries(classes)), runClock })
  const order = (rate: number, untilMs: number, maxUsers = 100, rateUntil = rate) =>
    pool.schedule({ fromMs: 0, untilMs, rateFrom: rate, rateUntil, before: 0, index: 0, workers: 1, maxUsers })
  return { pool, run, order, startedAt }
}

/** What a pool has done once so many arrivals were due. */
async function taken(pool: ArrivalPool, offered: number) {
  const sum = { offered: 0, started: 0, dropped: 0, failed: 0 }
  await until(() => {
    const more = pool.take()
    for (const key of ['offered', 'started', 'dropped', 'failed'] as const) sum[key] += more[key] ?? 0
    return sum.offered >= offered && sum.started + sum.dropped >= sum.offered
  })
  return sum
}

/** A pool on a clock of its own, which stands still but for `pass`: however busy the machine is, nothing is late. */
function ownClock(t: TestContext, classes: Record<string, UserClass>) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let nowMs = 0
  const run = testRun()
  const pool = new ArrivalPool({
    runtime: run.runtime,
    classes: new Map(Object.entries(classes)),
    runClock: () => nowMs,
  })
  return {
    pool,
    now: () => nowMs,
    async pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed++) {
        nowMs++
        t.mock.timers.tick(1)
        await turn()
      }
    },
  }
}

/** Of the clock that the test moves. */
const ownSleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const steady = { fromMs: 0, before: 0, index: 0, workers: 1 }

test('2,000 arrivals a second: all of them, in every 100 ms as many as in all others', async (t) => {
  const bins = new Array<number>(40).fill(0)
  class Arriving extends User {
    static override tasks = { go: 1 }
    async go() {
      bins[Math.min(39, Math.floor(now() / 100))]!++
      await ownSleep(5)
    }
  }
  const { pool, now, pass } = ownClock(t, { Arriving })
  // 10 are busy at once, and a few more when their timers come after the next arrivals
  pool.schedule({ ...steady, untilMs: 4_000, rateFrom: 2_000, rateUntil: 2_000, maxUsers: 20 })
  await pass(4_010)
  assert.deepEqual(pool.take(), { offered: 8_000, started: 8_000, dropped: 0 })
  assert.ok(
    bins.every((n) => Math.abs(n - 200) <= 4),
    `${bins}`,
  )
  await pool.stop(500)
})

test('users are reused: onStart once each, no more of them than were busy at once', async (t) => {
  let made = 0
  let starts = 0
  let ran = 0
  let stopped = 0
  class Reused extends User {
    static override tasks = { go: 1 }
    override waitTime = constant(3_600) // no meaning between arrivals
    id = ++made
    override onStart() {
      starts++
    }
    override onStop() {
      stopped++
    }
    async go() {
      ran++
      await ownSleep(25)
    }
  }
  const { pool, pass } = ownClock(t, { Reused })
  pool.schedule({ ...steady, untilMs: 500, rateFrom: 100, rateUntil: 100, maxUsers: 100 })
  await pass(540)
  assert.equal(ran, 50)
  assert.ok(made <= 4, `${made} users, of which three are busy at once`)
  assert.equal(starts, made)
  assert.deepEqual(pool.counts(), { Reused: 0 })
  await pool.stop(100)
  assert.equal(stopped, made)
})

test('the offered rate holds when nothing answers: what has no free user is dropped, and counted', async () => {
  class Frozen extends User {
    static override tasks = { hang: 1 }
    hang() {
      return new Promise((_, reject) => this.signal.addEventListener('abort', () => reject(new Error('aborted'))))
    }
  }
  const { pool, run, order } = poolOf({ Frozen })
  order(200, 500, 20)
  assert.deepEqual(await taken(pool, 100), { offered: 100, started: 20, dropped: 80, failed: 0 })
  assert.deepEqual(pool.counts(), { Frozen: 20 })
  assert.deepEqual(pool.take(), { offered: 0, started: 0, dropped: 0 })
  await pool.stop(50)
  assert.deepEqual(pool.counts(), { Frozen: 0 })
  assert.deepEqual(run.recorder.take().exceptions, [])
})

test('after the loop was blocked, arrivals start late but keep their intended start', async () => {
  const starts: number[] = []
  class Measured extends User {
    static override tasks = { go: 1 }
    async go() {
      starts.push(performance.now())
      await this.environment.measure({ type: 'T', name: 'go' }, () => sleep(1))
    }
  }
  const { pool, run, order, startedAt } = poolOf({ Measured })
  order(100, 400)
  await sleep(50)
  const blockedUntil = performance.now() + 200
  while (performance.now() < blockedUntil);
  assert.deepEqual(await taken(pool, 40), { offered: 40, started: 40, dropped: 0, failed: 0 })
  await pool.stop(10_000)
  const [request] = run.recorder.take().requests
  assert.equal(request?.scheduled?.count, 40)
  assert.ok((request?.scheduled?.max ?? 0) > 150, `${request?.scheduled?.max} ms`)
  // some 20 arrivals fell into the 200 ms, and were 100 ms late on average; what they then took is another matter
  const lateMs = (request?.scheduled?.sum ?? 0) - (request?.ok.sum ?? 0)
  assert.ok(lateMs > 1_200, `${lateMs} ms`)
  const wereLateMs = starts.reduce((sum, at, index) => sum + at - startedAt - 10 * index, 0)
  assert.ok(Math.abs(lateMs - wereLateMs) < 400, `${lateMs} ms late; they began ${wereLateMs} ms late`)
})

test('an order that comes late: what is more than a second late is counted, what is more than four is dropped', async () => {
  let ran = 0
  class Late extends User {
    static override tasks = [() => void ran++]
  }
  const run = testRun()
  const pool = new ArrivalPool({ runtime: run.runtime, classes: new Map([['Late', Late]]), runClock: () => 6_000 })
  const order = { rateFrom: 10, rateUntil: 10, index: 0, workers: 1, maxUsers: 100 }
  pool.schedule({ ...order, fromMs: 0, untilMs: 5_950, before: 0 })
  await until(() => ran === 40)
  await pool.stop(100)
  // due at 0, 100 … 5,900 ms: 20 more than 4 s ago, the one of 5 s ago within its second
  assert.deepEqual(pool.take(), { offered: 60, started: 40, dropped: 20, late: 30 })
})

test('a user that cannot be made, or does not come to its task, is told as that, and not as dropped', async () => {
  let made = 0
  let hungAt = 0
  class Poor extends User {
    static override tasks = [() => {}]
    constructor(...args: ConstructorParameters<typeof User>) {
      super(...args)
      if (++made <= 3) throw new Error('no card')
    }
    override onStart(): void | Promise<void> {
      if (made <= 5) throw new Error('no login')
      if (made > 7) return
      hungAt = performance.now()
      return new Promise(() => {})
    }
  }
  const { pool, run, order, startedAt } = poolOf({ Poor })
  order(100, 100)
  const sum = await taken(pool, 10)
  // those that hang have done so for more than half of the run
  await until(() => performance.now() - startedAt > 100 + 2 * (hungAt - startedAt))
  await pool.stop(0)
  const failed = sum.failed + (pool.take().failed ?? 0)
  assert.deepEqual({ ...sum, failed }, { offered: 10, started: 10, dropped: 0, failed: 7 })
  const exceptions = run.recorder.take().exceptions.map(({ message, count }) => [message, count])
  assert.deepEqual(exceptions, [
    ['Error: no card', 3],
    ['Error: no login', 2],
  ])
})

test('classes take turns by weight', async () => {
  const ran = { A: 0, B: 0 }
  class A extends User {
    static override weight = 3
    static override tasks = [() => void ran.A++]
  }
  class B extends User {
    static override tasks = [() => void ran.B++]
  }
  const { pool, order } = poolOf({ A, B })
  order(400, 200)
  await until(() => ran.A + ran.B === 80)
  await pool.stop(0)
  assert.deepEqual(ran, { A: 60, B: 20 })
})

test('an arrival goes through a sequential set once; a failing task leaves its user usable', async () => {
  const log: [user: User, task: string][] = []
  class Order extends SequentialTaskSet {
    static override tasks = { a: 1, b: 2 }
    a() {
      log.push([this.user, 'a'])
      throw new Error('a')
    }
    async b() {
      log.push([this.user, 'b'])
    }
  }
  class Buyer extends User {
    static override tasks = [Order]
  }
  const { pool, run, order } = poolOf({ Buyer })
  order(20, 100)
  await until(() => log.length === 6)
  await pool.stop(0)
  // on a busy machine the second arrival may begin before the first is over
  for (const user of new Set(log.map(([user]) => user)))
    assert.match(log.flatMap(([by, task]) => (by === user ? task : [])).join(''), /^(abb)+$/)
  assert.equal(run.recorder.take().exceptions[0]?.count, 2)
})

test('paused, users end after their task, and the next target finds new ones', async () => {
  let made = 0
  let ran = 0
  let stopped = 0
  class Paused extends User {
    static override tasks = { go: 1 }
    id = ++made
    override onStop() {
      stopped++
    }
    async go() {
      ran++
      await sleep(1)
    }
  }
  const { pool, order } = poolOf({ Paused })
  order(100, 200)
  await until(() => ran === 20)
  const before = made
  pool.pause(100)
  await until(() => stopped === before)
  pool.schedule({
    fromMs: 200,
    untilMs: 100_000,
    rateFrom: 100,
    rateUntil: 100,
    before: 20,
    index: 0,
    workers: 1,
    maxUsers: 100,
  })
  await until(() => ran >= 40)
  assert.ok(made > before)
  await pool.stop(500)
  assert.equal(stopped, made)
  const { offered, started, dropped } = pool.take()
  // one may have become due between the last tick and the stop
  assert.equal(offered, started + dropped)
  assert.ok(dropped <= 1, `${dropped} dropped`)
})
