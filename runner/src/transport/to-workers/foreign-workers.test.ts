import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeFrame } from '../locust/decode.ts'
import { ForeignWorkers } from './foreign-workers.ts'
import { acceptance, beat } from './peer-server.fixture.ts'

function rig() {
  const sent: [id: string, type: string, data: unknown][] = []
  const events: string[] = []
  let isOver = false
  const foreign = new ForeignWorkers({
    isOver: () => isOver,
    transmit: (id, bytes) => {
      const { type, data } = decodeFrame(bytes)
      sent.push([id, type, data])
    },
    onEvent: (kind, text) => events.push(`${kind}: ${text}`),
  })
  return {
    foreign,
    sent,
    events,
    meet: (id: string, type: string, data: unknown = null) => foreign.meet(id, { type, data, nodeId: id }),
    end: () => {
      isOver = true
    },
  }
}

const restarted = (id: string) => `master_restarted: master restarted: worker ${id} was in the run of another master`

test('a Locust worker that runs is stopped once, as each time costs it its stop timeout', () => {
  const { foreign, sent, events, meet } = rig()
  meet('py_1', 'heartbeat', beat({ state: 'running' }))
  meet('py_1', 'heartbeat', beat({ state: 'spawning' }))
  meet('py_1', 'stats', { stats: [] })
  assert.deepEqual(sent, [['py_1', 'stop', null]])
  assert.deepEqual(events, [restarted('py_1')])
  foreign.back('py_1')
  meet('py_1', 'stats', { stats: [] })
  assert.equal(sent.length, 2, 'it came as if new, and is another master’s again')
  assert.equal(events.length, 1)
})

test('one that is idle makes no fuss', () => {
  const { sent, events, meet } = rig()
  meet('py_1', 'heartbeat', beat())
  assert.deepEqual([sent.length, events], [1, []])
})

test('what tells nothing of a run has no answer', () => {
  const { sent, events, meet } = rig()
  meet('x_1', 'heartbeat')
  meet('x_1', 'spawning')
  meet('x_1', 'hello', { a: 1 })
  assert.deepEqual([sent, events], [[], []])
})

test('a katydid worker is told to leave each time, and it is told of once', () => {
  const { sent, events, meet } = rig()
  for (let i = 0; i < 2; i++) meet('w_1', 'heartbeat', beat({ katydid: acceptance({ run: 'another' }) }))
  const quit = ['w_1', 'quit', { katydid: { why: 'it is in the run of another master', exitCode: 3 } }]
  assert.deepEqual(sent, [quit, quit])
  assert.deepEqual(events, [restarted('w_1')])
})

test('after our own run they break nothing: all are told to leave', () => {
  const { sent, events, meet, end } = rig()
  end()
  meet('py_1', 'heartbeat', beat({ state: 'running' }))
  meet('py_1', 'spawning')
  meet('w_1', 'heartbeat', beat({ katydid: acceptance({ run: 'another' }) }))
  assert.deepEqual(
    sent.map(([id, type]) => [id, type]),
    [
      ['py_1', 'quit'],
      ['py_1', 'quit'],
      ['w_1', 'quit'],
    ],
  )
  assert.deepEqual(events, [])
})

test('thousands of them are told of a hundred times, and remembered up to a bound', () => {
  const r = rig()
  for (let i = 0; i < 20_000; i++) r.meet(`py_${i}`, 'heartbeat', beat({ state: 'running' }))
  assert.equal(r.events.length, 100)
  assert.equal(r.sent.length, 10_000)
})
