import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { RescheduleTask, StopTest, StopUser } from '../environment/control-flow.ts'
import { testRun, until } from '../environment/test-run.fixture.ts'
import { events } from '../hooks/events.ts'
import { bindRuntime } from '../hooks/runtime.ts'
import { SequentialTaskSet } from '../tasks/sequential-task-set.ts'
import { type TaskHolder, TaskSet } from '../tasks/task-set.ts'
import { User, type UserClass } from '../tasks/user.ts'
import { constant } from '../tasks/waits.ts'
import { UserPool } from './pool.ts'

/** Runs one user of a class until `enough`, and stops it. */
async function live(userClass: UserClass, enough: () => boolean, run = testRun()) {
  const classes = new Map([[userClass.name, userClass]])
  const pool = new UserPool({ runtime: run.runtime, classes, stopTimeoutMs: 1_000 })
  pool.apply({ [userClass.name]: 1 })
  await until(enough)
  await pool.stop(1_000)
  return { ...run, exceptions: run.recorder.take().exceptions, pool }
}

test('onStart, tasks by weight, onStop, in this order', async () => {
  const log: string[] = []
  class Shopper extends User {
    static override tasks = { browse: 3, buy: 1 }
    override async onStart() {
      await sleep(1)
      log.push('start')
    }
    override onStop() {
      log.push('stop')
    }
    async browse() {
      log.push('browse')
    }
    buy() {
      log.push('buy')
    }
  }
  await live(Shopper, () => log.length > 4_000)
  assert.equal(log[0], 'start')
  assert.equal(log.indexOf('stop'), log.length - 1)
  const browsed = log.filter((entry) => entry === 'browse').length / (log.length - 2)
  assert.ok(browsed > 0.7 && browsed < 0.8, `${browsed}`)
})

test('an exception is recorded with its place in the user’s file, told to listeners, and the user goes on', async () => {
  let runs = 0
  const told: unknown[] = []
  const run = testRun()
  const unbind = bindRuntime(run.runtime)
  const listener = events.userError.addListener((event) => told.push([event.message, event.user?.constructor.name]))
  class Clumsy extends User {
    static override tasks = { fail: 1 }
    override waitTime = constant(0.005)
    async fail() {
      runs++
      const error = new TypeError('cart is undefined')
      error.stack = `TypeError: cart is undefined\n    at Clumsy.fail (/home/me/shop.ts:12:3)\n    at process.x (node:internal/y:1:1)`
      throw error
    }
  }
  const { exceptions } = await live(Clumsy, () => runs === 3, run)
  events.userError.removeListener(listener)
  unbind()
  assert.equal(exceptions.length, 1)
  assert.equal(exceptions[0]?.count, 3)
  assert.equal(exceptions[0]?.message, 'TypeError: cart is undefined')
  assert.equal(exceptions[0]?.traceback, '    at Clumsy.fail (/home/me/shop.ts:12:3)')
  assert.deepEqual(told[0], ['TypeError: cart is undefined', 'Clumsy'])
})

test('a user whose onStart fails ends, without onStop and without a storm of new ones', async () => {
  let starts = 0
  let stops = 0
  class Locked extends User {
    static override tasks = [() => {}]
    override async onStart() {
      starts++
      throw new Error('login failed')
    }
    override onStop() {
      stops++
    }
  }
  const { exceptions } = await live(Locked, () => starts === 1)
  await sleep(10)
  assert.deepEqual([starts, stops, exceptions[0]?.count], [1, 0, 1])
})

test('StopUser ends the user, StopTest the run, RescheduleTask picks again without a wait', async () => {
  const log: string[] = []
  class Quitter extends User {
    static override tasks = { go: 1 }
    override waitTime = constant(60)
    go() {
      log.push('go')
      if (log.length < 3) throw new RescheduleTask()
      throw new StopUser()
    }
    override onStop() {
      log.push('stop')
    }
  }
  const quitter = await live(Quitter, () => log.includes('stop'))
  assert.deepEqual(log, ['go', 'go', 'go', 'stop'])
  assert.deepEqual(quitter.exceptions, [])

  class Ender extends User {
    static override tasks = { go: 1 }
    async go() {
      throw new StopTest('out of stock', 'failed')
    }
  }
  const ender = testRun()
  await live(Ender, () => ender.stops.length > 0, ender)
  assert.deepEqual(ender.stops, [{ reason: 'out of stock', outcome: 'failed' }])
})

test('a nested set is left by interrupt: at once, or after the parent’s wait', async () => {
  const log: string[] = []
  class Forum extends TaskSet {
    static override tasks = { read: 1 }
    override onStart() {
      log.push('enter')
    }
    override onStop() {
      log.push('leave')
    }
    async read() {
      log.push('read')
      if (log.filter((entry) => entry === 'read').length % 2 === 0) this.interrupt(log.length < 6)
    }
    override waitTime(): number {
      return 0
    }
  }
  class Reader extends User {
    static override tasks = { Forum: 1 }
    static Forum = Forum
    override waitTime = constant(60)
  }
  await live(Reader, () => log.length === 8)
  await sleep(10)
  // left the second time without reschedule: the user waits its minute
  assert.deepEqual(log, ['enter', 'read', 'read', 'leave', 'enter', 'read', 'read', 'leave'])
})

test('sets know their user, parent, environment; sets in sets; stopping runs every onStop from the inside out', async () => {
  const log: unknown[] = []
  class Thread extends TaskSet<Deep> {
    static override tasks = {
      read: 1,
    }
    async read() {
      log.push([this.user.token, this.parent.constructor.name, this.environment.params.tenant, this.signal.aborted])
      await sleep(1)
    }
    override onStop() {
      log.push('Thread')
    }
  }
  class Forum extends TaskSet<Deep> {
    static override tasks = [Thread]
    override onStop() {
      log.push('Forum')
    }
  }
  class Deep extends User {
    static override tasks = { inner: 1 }
    inner = Forum
    token = 't1'
    override onStop() {
      log.push('Deep')
    }
  }
  const { exceptions } = await live(Deep, () => log.length > 0)
  assert.deepEqual(exceptions, [])
  assert.deepEqual(log[0], ['t1', 'Forum', 'blue', false])
  assert.deepEqual(log.slice(-3), ['Thread', 'Forum', 'Deep'])
})

test('a sequential set runs in order, repeats by weight, and begins again', async () => {
  const log: string[] = []
  const step = (name: string) => (holder: TaskHolder) => {
    assert.ok(holder instanceof Order)
    log.push(name)
  }
  class Order extends SequentialTaskSet {
    static override tasks = [step('choose'), [step('add'), 2], step('pay')] as const
  }
  class Buyer extends User {
    static override tasks = [Order]
    override waitTime = constant(0.001)
  }
  const { exceptions } = await live(Buyer, () => log.length >= 8)
  assert.deepEqual(exceptions, [])
  assert.equal(log.slice(0, 8).join(' '), 'choose add add pay choose add add pay')
})

test('a set waits as its parent does unless it has a wait of its own', async () => {
  const waited: string[] = []
  const wait = (name: string) => () => {
    waited.push(name)
    return 0.001
  }
  let runs = 0
  class Plain extends TaskSet {
    static override tasks = { go: 1 }
    go() {
      if (++runs % 3 === 0) this.interrupt()
    }
  }
  class Own extends Plain {
    override waitTime = wait('own')
  }
  class Both extends User {
    static override tasks = { Plain: 1, Own: 1 }
    static Plain = Plain
    static Own = Own
    override waitTime = wait('user')
  }
  await live(Both, () => waited.includes('own') && waited.includes('user'))
})

test('a bad waitTime is the user’s error and no busy loop', async () => {
  const wrong: [waitTime: unknown, told: RegExp][] = [
    [() => Number.NaN, /^waitTime of Hasty returned NaN: use a number of seconds/],
    [() => '2', /^waitTime of Hasty returned '2': use a number of seconds/],
    [async () => 2, /^waitTime of Hasty returned a promise: use a number of seconds/],
    [() => Promise.reject(new Error('never told')), /^waitTime of Hasty returned a promise: use a number of seconds/],
    [() => -1, /^waitTime of Hasty returned -1: use a number of seconds/],
    [() => 1e9, /^waitTime of Hasty returned 1000000000: use a number of seconds, from 0 to 24 days/],
    [() => {}, /^waitTime of Hasty returned undefined: use a number of seconds/],
  ]
  for (const [waitTime, told] of wrong) {
    let runs = 0
    class Hasty extends User {
      static override tasks = { go: 1 }
      override waitTime = waitTime as () => number
      go() {
        runs++
      }
    }
    const { exceptions } = await live(Hasty, () => runs === 1)
    await sleep(5)
    assert.equal(runs, 1)
    assert.match(exceptions[0]?.message ?? '', told)
  }
})

test('a waitTime that is no function ends the run as broken', async () => {
  for (const [waitTime, told] of [
    [2, 'waitTime of Hasty is 2: use a function: constant(2)'],
    [undefined, 'waitTime of Hasty is undefined: use a function: constant(2), or between(1, 3)'],
  ] as const) {
    class Hasty extends User {
      static override tasks = { go: 1 }
      override onStart() {
        Object.assign(this, { waitTime })
      }
      go() {}
    }
    const run = testRun()
    await live(Hasty, () => run.stops.length === 1, run)
    assert.deepEqual(run.stops, [{ reason: told, outcome: 'broken' }])
  }
})

test('tasks that never wait freeze neither timers nor other users', async () => {
  let spins = 0
  class Spinner extends User {
    static override tasks = { spin: 1, fail: 1 }
    async spin() {
      spins++
    }
    fail() {
      const until = performance.now() + 0.2
      while (performance.now() < until);
      throw new Error('at once')
    }
  }
  const run = testRun()
  const pool = new UserPool({ runtime: run.runtime, classes: new Map([['Spinner', Spinner]]), stopTimeoutMs: 100 })
  pool.apply({ Spinner: 50 })
  // between two timers a turn of the loop, of some ms of this thread's CPU time, however little of that it gets
  let longestMs = 0
  for (let tick = 0; tick < 20; tick++) {
    const before = process.threadCpuUsage()
    await sleep(10)
    const { user, system } = process.threadCpuUsage(before)
    if (tick > 0) longestMs = Math.max(longestMs, (user + system) / 1_000)
  }
  await pool.stop(100)
  assert.ok(spins > 100, `${spins} spins`)
  assert.ok(longestMs < 200, `a timer of 10 ms came after ${longestMs} ms of work`)
})
