import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exceptionOf } from './exception-reading.ts'

const of = (data: unknown) => {
  const { message, traceback, count } = exceptionOf(data)
  return [message, traceback, count]
}

test('an exception is its message and its traceback, once', () => {
  assert.deepEqual(of({ msg: 'boom', traceback: '  File "x.py", line 1' }), ['boom', '  File "x.py", line 1', 1])
  const { firstSeen, lastSeen } = exceptionOf({ msg: 'boom' })
  assert.equal(firstSeen, lastSeen)
  assert.ok(Math.abs(Date.now() - lastSeen) < 10_000, 'now')
})

test('whatever else it is, it counts', () => {
  for (const data of [null, 7, 'x', [], { msg: 7, traceback: {} }]) assert.deepEqual(of(data), ['exception', '', 1])
})

test('only so much of it is kept', () => {
  const [message, traceback] = of({ msg: 'x'.repeat(1e6), traceback: 'y'.repeat(1e6) })
  assert.deepEqual([String(message).length, String(traceback).length], [2_000, 20_000])
})
