import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { memoryLink } from '../../transport/memory.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import { classInfo } from '../master.fixture.ts'
import { Roster } from '../workers/roster.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'
import { type Ask, StartBudget, UserOrders } from './user-orders.ts'
import { UserSpread } from './user-spread.ts'

/** Orders to workers that are only their entries in a master's roster; each says what it runs when the test lets it. */
function rig(classes = [classInfo('A', 3), classInfo('B', 1)]) {
  const roster = new Roster()
  const orders = new UserOrders(classes)
  const held = () =>
    roster.workers.reduce((sum, one) => classes.reduce((n, { name }) => n + one.users.held(name), sum), 0)
  return {
    classes,
    roster,
    orders,
    held,
    join: () => {
      const worker = roster.add(`w${roster.workers.length}`, memoryLink<ToWorker, ToMaster>()[0])
      worker.classes = classes
      return worker
    },
    /** Who was told to run how many of which class. */
    next: (ask: Partial<Ask>, atMs = 0) => {
      const told = orders.next(atMs, { users: 0, spawnRate: undefined, ...ask }, roster.available, roster.workers)
      for (const [worker, users] of told) worker.users.assigned = users
      return Object.fromEntries([...told].map(([{ id }, users]) => [id, users]))
    },
  }
}

const confirm = (worker: WorkerRecord) => {
  worker.users.running = worker.users.assigned
}
const release = (worker: WorkerRecord) => {
  if (worker.isPresent) worker.goMissing()
  worker.users.release()
}
const askedOf = ({ users }: WorkerRecord) => Object.values(users.assigned).reduce((sum, count) => sum + count, 0)

test('users are taken away at once, and given to another only as they are known to be gone', () => {
  const { join, next, orders } = rig([classInfo('A')])
  const first = join()
  assert.deepEqual(next({ users: 6 }), { w0: { A: 6 } })
  confirm(first)
  join()
  assert.deepEqual(next({ users: 6 }), { w0: { A: 3 }, w1: { A: 0 } })
  assert.deepEqual([next({ users: 6 }), orders.unsettled], [{}, true])
  first.users.running = { A: 4 }
  assert.deepEqual(next({ users: 6 }), { w1: { A: 2 } })
  confirm(first)
  assert.deepEqual([next({ users: 6 }), orders.unsettled], [{ w1: { A: 3 } }, false])
})

test('fewer users are ordered of everyone at once, and nobody is told twice', () => {
  const { join, next, orders } = rig([classInfo('A')])
  const workers = [join(), join(), join()]
  next({ users: 9 })
  for (const worker of workers) confirm(worker)
  assert.deepEqual(next({ users: 2 }), { w0: { A: 1 }, w1: { A: 1 }, w2: { A: 0 } })
  assert.deepEqual([next({ users: 2 }), orders.unsettled], [{}, false])
})

test('another class takes the place of one only as its users end', () => {
  const { join, next } = rig()
  const worker = join()
  next({ users: 4, only: ['A'] })
  confirm(worker)
  assert.deepEqual(next({ users: 4, only: ['B'] }), { w0: { A: 0, B: 0 } })
  worker.users.running = { A: 3, B: 0 }
  assert.deepEqual(next({ users: 4, only: ['B'] }), { w0: { A: 0, B: 1 } })
})

test('what is free is dealt one to each', () => {
  const { join, next } = rig([classInfo('A')])
  const first = join()
  next({ users: 30 })
  confirm(first)
  for (let i = 0; i < 2; i++) join()
  next({ users: 30 })
  first.users.running = { A: 25 }
  assert.deepEqual(next({ users: 30 }), { w1: { A: 3 }, w2: { A: 2 } })
})

test('a ramp starts its users at once, those of a lost worker start at the spawn rate', () => {
  const { join, next, roster } = rig([classInfo('A')])
  for (let i = 0; i < 2; i++) join()
  const [lost, stays] = roster.workers as [WorkerRecord, WorkerRecord]
  assert.deepEqual(next({ users: 20, spawnRate: 4 }), { w0: { A: 10 }, w1: { A: 10 } })
  release(lost)
  const started = [0, 125, 250, 250, 375, 500, 750, 60_000, 60_125, 60_250].map((at) => {
    next({ users: 20, spawnRate: 4 }, at)
    return askedOf(stays)
  })
  assert.deepEqual(started, [10, 10, 11, 11, 11, 12, 13, 14, 14, 15])
})

test('without workers there is nothing to order, and whoever comes then gets everything', () => {
  const { join, next, orders } = rig([classInfo('A')])
  assert.deepEqual([next({ users: 5 }), orders.unsettled], [{}, false])
  join()
  assert.deepEqual(next({ users: 5 }), { w0: { A: 5 } })
})

const ask: fc.Arbitrary<Ask> = fc.record({
  users: fc.nat(30),
  only: fc.option(fc.constantFrom(['A'], ['B', 'F'], ['A', 'F']), { nil: undefined }),
  spawnRate: fc.option(fc.integer({ min: 20, max: 400 }), { nil: undefined }),
})
const happenings = ['join', 'confirm', 'confirm', 'miss', 'release', 'back'] as const
const step = fc.oneof(ask, fc.record({ what: fc.constantFrom(...happenings), who: fc.nat(5) }))

/** What may happen to a worker between two looks. */
function happen(worker: WorkerRecord | undefined, what: (typeof happenings)[number]): void {
  if (what === 'confirm' && worker?.isPresent) confirm(worker)
  if (what === 'miss' && worker?.isPresent) worker.goMissing()
  if (what === 'release' && worker?.state === 'missing') release(worker)
  if (what === 'back' && worker?.state === 'missing') worker.comeBack()
}

test('never are more users held than are asked for, whoever comes and goes, and in the end everyone has its share', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), ask, (steps, last) => {
      const { classes, roster, orders, held, join, next } = rig([
        classInfo('A', 3),
        classInfo('B'),
        classInfo('F', 1, 2),
      ])
      let asked: Ask = { users: 10, spawnRate: undefined }
      let now = 0
      const look = () => {
        const before = held()
        next(asked, (now += 25))
        assert.ok(held() <= Math.max(asked.users, before), `${held()} of ${asked.users}, before ${before}`)
      }
      for (const one of steps) {
        if ('users' in one) asked = one
        else if (one.what === 'join') join()
        else happen(roster.workers[one.who], one.what)
        look()
      }
      asked = last
      for (const worker of roster.workers) if (worker.state === 'missing') release(worker)
      join() // so that users are dealt afresh
      for (let i = 0; i < 200 && (i < 2 || orders.unsettled); i++) {
        look()
        for (const worker of roster.available) confirm(worker)
      }
      const { available } = roster
      const chosen = classes.filter(({ name }) => last.only?.includes(name) ?? true)
      const ids = available.map(({ id }) => id)
      const spread = new UserSpread(chosen, ids)
      spread.resize(last.users)
      const none = { A: 0, B: 0, F: 0 }
      for (const { id, users } of available) assert.deepEqual(users.assigned, { ...none, ...spread.shares().get(id) })
    }),
    { numRuns: 300 },
  )
})

test('users of a lost worker are missing until others have been given them, at the spawn rate', () => {
  const { join, next, orders } = rig([classInfo('A')])
  const [first, second] = [join(), join()]
  // a ramp of its own is no loss
  for (let at = 0; at <= 2_000; at += 50) {
    next({ users: 20, spawnRate: 20 }, at)
    for (const worker of [first, second]) confirm(worker)
  }
  assert.equal(orders.unsettled, false)
  assert.equal(orders.orphanedUserSeconds(2_000), 0)
  release(first)
  for (let at = 2_000; at <= 4_000; at += 50) next({ users: 20, spawnRate: 20 }, at)
  assert.equal(askedOf(second), 20)
  // ten users, the last of them half a second later
  const missing = orders.orphanedUserSeconds(4_000)
  assert.ok(missing >= 2 && missing <= 3, `${missing}`)
  assert.equal(orders.orphanedUserSeconds(9_000), missing)
})

test('of what a lost worker had only what is still asked for is missing, and no more once the load is over', () => {
  const { join, next, orders } = rig([classInfo('A')])
  const only = join()
  next({ users: 10 })
  confirm(only)
  release(only)
  next({ users: 10 }, 1_000)
  next({ users: 4 }, 2_000)
  assert.equal(orders.orphanedUserSeconds(3_000), 10 + 4)
  join()
  next({ users: 4 }, 3_000)
  assert.equal(orders.orphanedUserSeconds(5_000), 10 + 4)
})

test('where fixed counts leave users that nobody can have, those of a lost worker are missing only until others have them', () => {
  const { join, next, orders } = rig([classInfo('A', 1, 4)])
  const [first, second] = [join(), join()]
  next({ users: 10 })
  for (const worker of [first, second]) confirm(worker)
  release(first)
  next({ users: 10 }, 1_000)
  assert.equal(askedOf(second), 4)
  assert.equal(orders.orphanedUserSeconds(60_000), 0)
})

/** Looks after each of these ms, and starts as many users as may; how many that were. */
function started(afterMs: readonly number[], perSecond: number, riseAt: (tick: number) => number = () => 0): number {
  const budget = new StartBudget()
  let at = 0
  let sum = 0
  for (const [tick, ms] of afterMs.entries()) {
    const allowed = budget.allowed((at += ms), riseAt(tick), perSecond)
    budget.spend(allowed)
    sum += allowed
  }
  return sum
}

/** As the master looks. */
const twentySeconds = Array<number>(801).fill(25)

test('without a spawn rate everything may start at once', () => {
  const budget = new StartBudget()
  budget.spend(1_000)
  assert.equal(budget.allowed(0, 0, undefined), Number.POSITIVE_INFINITY)
})

test('what a profile adds may start, however much it is', () => {
  assert.equal(new StartBudget().allowed(0, 500, 2), 500)
})

for (const rate of [0.5, 1, 7.3, 8, 26, 40, 1_000])
  test(`users that only move start at the spawn rate: ${rate}/s`, () => {
    const users = started(twentySeconds, rate)
    assert.ok(Math.abs(users - 20 * rate) <= 1, `${users}`)
  })

test('they never start faster than that, however unevenly it is looked', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 5_000, noNaN: true }),
      fc.array(fc.nat(400), { minLength: 1 }),
      (rate, looks) => {
        const seconds = looks.slice(1).reduce((sum, ms) => sum + ms, 0) / 1_000
        assert.ok(started(looks, rate) <= rate * seconds + 1e-6)
      },
    ),
  )
})

test('a ramp and users that move do not start faster than either', () => {
  const tenASecond = (tick: number) => (tick % 4 === 0 ? 1 : 0)
  const users = started(twentySeconds, 10, tenASecond)
  assert.ok(users >= 200 && users <= 202, `${users}`)
})

test('a pause saves up a twentieth of a second, and at least one user', () => {
  for (const [rate, saved] of [
    [200, 10],
    [20, 1],
    [0.5, 1],
  ] as const) {
    const budget = new StartBudget()
    assert.equal(budget.allowed(0, 0, rate), 0)
    assert.equal(budget.allowed(600_000, 0, rate), saved)
    budget.spend(saved)
    assert.equal(budget.allowed(600_000, 0, rate), 0)
  }
})
