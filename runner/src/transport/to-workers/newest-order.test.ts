import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NewestOrder } from './newest-order.ts'

function rig() {
  let now = 0
  const sent: string[] = []
  const order = new NewestOrder(
    (bytes) => sent.push(Buffer.from(bytes).toString()),
    () => now,
  )
  return {
    sent,
    give: (text: string) => order.give(Buffer.from(text)),
    giveInstead: (text: string) => order.giveInstead(Buffer.from(text)),
    answered: () => order.answered(),
    wait: (ms: number) => {
      now += ms
      order.retry()
    },
  }
}

test('is sent again as long as it is not answered', () => {
  const { sent, give, answered, wait } = rig()
  wait(5_000)
  give('a')
  wait(1_999)
  assert.deepEqual(sent, ['a'])
  wait(1)
  wait(2_000)
  assert.deepEqual(sent, ['a', 'a', 'a'])
  answered()
  wait(9_000)
  assert.equal(sent.length, 3)
})

test('of several the newest is sent again, when not all were answered', () => {
  const { sent, give, answered, wait } = rig()
  give('a')
  give('b')
  answered()
  wait(2_000)
  assert.deepEqual(sent, ['a', 'b', 'b'])
  answered()
  wait(2_000)
  assert.equal(sent.length, 3)
})

test('one of another kind is in the place of all before it, and one answer is enough', () => {
  const { sent, give, giveInstead, answered, wait } = rig()
  give('a')
  give('b')
  giveInstead('stop')
  wait(2_000)
  assert.deepEqual(sent, ['a', 'b', 'stop', 'stop'])
  answered()
  wait(2_000)
  assert.equal(sent.length, 4)
})

test('an answer to nothing is none of what comes after it', () => {
  const { sent, give, answered, wait } = rig()
  answered()
  give('a')
  wait(2_000)
  assert.deepEqual(sent, ['a', 'a'])
})
