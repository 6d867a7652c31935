import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryLink } from '../transport/memory.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import { Member } from './member.ts'

const memberOf = () => new Member('w', 0, memoryLink<ToWorker, ToMaster>()[0], 'katydid')

test('users of an order that was lowered before it was carried out may exist until the worker says what it runs', () => {
  const member = memberOf()
  member.told({ U: 6 }, 1)
  member.told({ U: 3 }, 2)
  assert.equal(member.held('U'), 6)
  member.said({ U: 6 }, 1)
  assert.equal(member.held('U'), 6)
  member.said({ U: 3 }, 2)
  assert.equal(member.held('U'), 3)
})

test('one that does not say which order it has carried out means the newest that allows what it runs', () => {
  const member = memberOf()
  member.told({ U: 6 }, 1)
  member.told({ U: 3 }, 2)
  member.told({ U: 4, V: 0 }, 3)
  member.said({ U: 6, V: 0 })
  assert.equal(member.held('U'), 6)
  member.said({ U: 5, V: 0 }) // one has ended by itself
  assert.equal(member.held('U'), 5)
  member.said({ U: 3 })
  assert.equal(member.held('U'), 4)
  member.said({ U: 4 })
  assert.equal(member.held('U'), 4)
})

test('however many orders are not carried out, the most of them is remembered', () => {
  const member = memberOf()
  member.told({ U: 9 }, 1)
  for (let at = 2; at < 1_000; at++) member.told({ U: at % 5 }, at)
  assert.equal(member.held('U'), 9)
  member.said({ U: 4 }, 999)
  assert.equal(member.held('U'), 4)
  member.release()
  assert.equal(member.held('U'), 0)
})
