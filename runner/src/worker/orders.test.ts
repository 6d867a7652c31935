import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { RunClock } from '../stats/run-clock.ts'
import type { Target, ToMaster } from '../transport/messages.ts'
import { Orders } from './orders.ts'

/** Orders to a load that has come about when a test says so. */
function rig() {
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout'] })
  const said: ToMaster[] = []
  const done: string[] = []
  const load = {
    settled: true,
    users: {} as Record<string, number>,
    apply({ users }: Target) {
      done.push(`apply ${users.U}`)
      load.users = users
    },
    suspend() {
      done.push('suspend')
      load.users = { U: 0 }
    },
    counts: () => load.users,
  }
  const say = (what: string) => () => void done.push(what)
  const reporter = { applying: say('applying'), applied: say('applied'), settled: say('settled') }
  const orders = new Orders({ clock: new RunClock(), link: { send: (message) => said.push(message) }, load, reporter })
  const order = (timestamp: number, users: number) => orders.apply({ timestamp, users: { U: users } })
  const completed = () => said.flatMap((message) => (message.type === 'spawning_complete' ? [message.of] : []))
  return { orders, order, load, said, done, completed }
}

test('a target is followed and said to be, unless it is no newer than the last', () => {
  const { order, said, done } = rig()
  order(2, 5)
  order(2, 6)
  order(1, 7)
  assert.deepEqual(done, ['applying', 'apply 5', 'applied', 'settled'])
  assert.deepEqual(said, [{ type: 'spawning' }, { type: 'spawning_complete', users: { U: 5 }, of: 2 }])
})

test('complete is what was ordered last, once it has come about', () => {
  const { order, load, completed } = rig()
  load.settled = false
  order(1, 5)
  order(2, 6)
  mock.timers.tick(100)
  assert.deepEqual(completed(), [])
  load.settled = true
  mock.timers.tick(20)
  assert.deepEqual(completed(), [2])
})

test('suspended, it says what holds no longer; resumed, that is followed again, and a new one in any case', () => {
  const { orders, order, said, done, completed } = rig()
  orders.suspend()
  orders.resume()
  assert.deepEqual([said, done], [[], []])
  order(1, 5)
  orders.suspend()
  assert.deepEqual(said.slice(-2), [
    { type: 'suspended', newest: 1, atMs: 0 },
    { type: 'spawning_complete', users: { U: 0 }, of: 1 },
  ])
  orders.resume()
  orders.suspend()
  order(2, 6)
  assert.deepEqual(
    done.filter((what) => what.startsWith('apply ') || what === 'suspend'),
    ['apply 5', 'suspend', 'apply 5', 'suspend', 'apply 6'],
  )
  assert.deepEqual(completed(), [1, 1, 1, 1, 2])
})

test('after the end nothing is followed', () => {
  const { orders, order, said } = rig()
  order(1, 5)
  orders.end()
  const before = said.length
  order(2, 6)
  orders.suspend()
  orders.resume()
  assert.equal(said.length, before)
})
