import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testRun, until } from '../environment/test-run.fixture.ts'
import { UserPool } from '../running/pool.ts'
import { Schedule } from '../stats/meter.ts'
import { Pacing } from './pacing.ts'
import { User, type UserClass } from './user.ts'
import { between, constant, constantPacing, constantThroughput, poisson } from './waits.ts'

test('slot k is at the first start + k periods, however late the user is', () => {
  const pacing = new Pacing()
  const schedule = new Schedule()
  const wait = constantPacing(1)
  const intended = (now: number) => {
    pacing.begin(wait, now, schedule)
    return schedule.take()
  }
  assert.equal(intended(5_000), 5_000)
  assert.equal(pacing.advance(wait, 5_000), 6_000)
  assert.equal(intended(6_001), 6_000)
  // this one takes 3.5 s: three slots are behind when it ends, and are made up for
  assert.equal(pacing.advance(wait, 6_001), 7_000)
  assert.equal(intended(9_501), 7_000)
  assert.equal(pacing.advance(wait, 9_501), 8_000)
  assert.equal(intended(9_502), 8_000)
  assert.equal(pacing.advance(wait, 9_502), 9_000)
  assert.equal(intended(9_503), 9_000)
  assert.equal(pacing.advance(wait, 9_503), 10_000)
  assert.equal(intended(9_999.6), 9_999.6, 'a timer that is early does not make latency less than it was')
})

test('what begins without a wait belongs to the same slot and has no schedule of its own', () => {
  const pacing = new Pacing()
  const schedule = new Schedule()
  const wait = constantPacing(1)
  pacing.begin(wait, 0, schedule)
  assert.equal(schedule.take(), 0)
  pacing.begin(wait, 400, schedule)
  assert.ok(Number.isNaN(schedule.take()))
})

test('another pace begins a new schedule, and so does coming back', () => {
  const pacing = new Pacing()
  const schedule = new Schedule()
  const slow = constantPacing(10)
  const fast = constantThroughput(10)
  pacing.begin(slow, 0, schedule)
  pacing.begin(fast, 1, schedule)
  assert.equal(pacing.advance(fast, 1), 101)
  pacing.begin(slow, 60_000, schedule)
  assert.equal(schedule.take(), 60_000)
  assert.equal(pacing.advance(slow, 60_000), 70_000)
})

/** What four users measure until something holds. */
async function measured(userClass: UserClass, holds: () => boolean) {
  const run = testRun()
  const pool = new UserPool({ runtime: run.runtime, classes: new Map([['U', userClass]]), stopTimeoutMs: 100 })
  pool.apply({ U: 4 })
  await until(holds)
  await pool.stop(1_000)
  return run.recorder.take()
}

test('users of one shared wait keep their pace, catch up after a stall, and show what the stall cost', async () => {
  const shared = constantPacing(0.02)
  const starts: number[][] = []
  class Steady extends User {
    static override tasks = { go: 1 }
    override waitTime = shared
    mine: number[] = []
    override onStart() {
      starts.push(this.mine)
    }
    async go() {
      this.mine.push(performance.now())
      await this.environment.measure({ type: 'T', name: 'go' }, async () => {
        // each user's sixth answer takes 200 ms
        if (this.mine.length === 6) await sleep(200)
      })
    }
  }
  // long enough for all to have caught up, also on a busy machine
  const { requests } = await measured(Steady, () => starts.length === 4 && starts.every(({ length }) => length >= 31))
  const [request] = requests
  const runs = starts.reduce((sum, { length }) => sum + length, 0)
  assert.equal(request?.ok.count, runs)
  assert.equal(request?.scheduled?.count, runs)
  // about ten slots fell into the stall: 200, 180, 160 … ms late; the plain latency knows one of them
  const lateMs = (request?.scheduled?.sum ?? 0) - (request?.ok.sum ?? 0)
  const wereLateMs = starts.flatMap((mine) => mine.map((at, k) => Math.max(0, at - (mine[0] as number) - 20 * k)))
  const allLateMs = wereLateMs.reduce((sum, ms) => sum + ms, 0)
  assert.ok(lateMs > 4 * 650, `${lateMs} ms late in all`)
  assert.ok(Math.abs(lateMs - allLateMs) < 200 + allLateMs * 0.1, `${lateMs} ms late; they began ${allLateMs} ms late`)
})

test('constantThroughput is 1 / pacing; waits say what is wrong with their arguments', async () => {
  assert.equal(constantThroughput(4).periodMs, 250)
  const wrong: [() => unknown, string][] = [
    [() => constant(-1), 'constant(-1) is not a wait time'],
    [() => between(3, 1), 'between(3, 1) is not a wait time'],
    [() => between(Number.NaN, 1), 'between(NaN, 1) is not a wait time'],
    [() => constantPacing(0), 'constantPacing(0) is not a wait time'],
    [() => constantThroughput(0), 'constantThroughput(0) is not a wait time'],
    [() => poisson(-2), 'poisson(-2) is not a wait time'],
    [() => constant(Number.POSITIVE_INFINITY), 'constant(Infinity) is not a wait time'],
    [() => constant(1e9), 'constant(1000000000) is not a wait time'],
    [() => constant('2' as never), "constant('2') is not a wait time"],
    [() => between('1' as never, '2' as never), "between('1', '2') is not a wait time"],
    [() => between(1, 1e9), 'between(1, 1000000000) is not a wait time'],
    [() => between(1, undefined as never), 'between(1, undefined) is not a wait time'],
    [() => constantPacing(1e9), 'constantPacing(1000000000) is not a wait time'],
    [() => constantPacing('2' as never), "constantPacing('2') is not a wait time"],
    [() => constantThroughput(1e-9), 'constantThroughput(1e-9) is not a wait time'],
    [() => constantThroughput(1e9), 'constantThroughput(1000000000) is not a wait time'],
    [() => poisson(1e-12), 'poisson(1e-12) is not a wait time'],
  ]
  for (const [make, message] of wrong) assert.throws(make, { name: 'KatydidError', message })
  const mean = (wait: (user: object) => number) =>
    Array.from({ length: 20_000 }, () => wait({})).reduce((a, b) => a + b) / 20_000
  assert.ok(Math.abs(mean(between(2, 10)) - 6) < 0.1)
  assert.ok(Math.abs(mean(poisson(4)) - 0.25) < 0.01)
  assert.equal(mean(constant(3)), 3)
})

test('called by a user’s own wait function, a pacing keeps a schedule for each user', () => {
  const wait = constantPacing(10)
  const [a, b] = [{}, {}]
  assert.ok(Math.abs(wait(a) - 10) < 0.01)
  assert.ok(Math.abs(wait(b) - 10) < 0.01)
  assert.ok(Math.abs(wait(a) - 20) < 0.01, 'the next slot, since no time has passed')
})
