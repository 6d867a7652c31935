import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocol } from '../katydid/wire.ts'
import { decodeFrame } from '../locust/decode.ts'
import { Handshake, type Terms } from './handshake.ts'
import { acceptance } from './peer-server.fixture.ts'

function rig(more: Partial<Terms> = {}) {
  const sent: [type: string, data: unknown][] = []
  const events: string[] = []
  const bad: string[] = []
  let isOver = false
  let now = 0
  const handshake = new Handshake({
    terms: { run: 'this run', fileHash: 'h', ...more },
    indexOf: () => 7,
    forget: () => {},
    isOver: () => isOver,
    now: () => now,
    transmit: (_id, bytes) => {
      const { type, data } = decodeFrame(bytes)
      sent.push([type, data])
    },
    onBad: (_id, text) => bad.push(text),
    onEvent: (kind, text) => events.push(`${kind}: ${text}`),
  })
  return {
    handshake,
    sent,
    events,
    bad,
    end: () => {
      isOver = true
    },
    wait: (ms: number) => {
      now += ms
    },
  }
}

test('a greeting is answered with a place and an offer, and what comes next tells who it was', () => {
  const { handshake, sent } = rig()
  assert.equal(handshake.greet('w_1', -1, false), true)
  assert.deepEqual(sent, [['ack', { index: 7, katydid: { protocol, run: 'this run' } }]])
  assert.equal(handshake.isUnderWay('w_1'), true)
  assert.deepEqual(handshake.answer('w_1', acceptance()), { kind: 'katydid', instance: 'i', retry: 0 })
  assert.equal(handshake.isUnderWay('w_1'), false)
})

test('who is in already is answered, and stays who it is', () => {
  const { handshake, sent } = rig()
  handshake.greet('w_1', -1, true)
  assert.equal(sent[0]?.[0], 'ack')
  assert.equal(handshake.isUnderWay('w_1'), false)
})

test('who knows nothing of the offer speaks Locust, of the version that it said', () => {
  const { handshake, bad, wait } = rig()
  const versions: [said: unknown, version: string][] = [
    ['2.47.0', '2.47.0'],
    [-1, '-1'],
    [{ a: 1 }, 'unknown'],
    ['9'.repeat(100), '9'.repeat(40)],
  ]
  for (const [said, version] of versions) {
    handshake.greet('py_1', said, false)
    wait(6_000)
    assert.deepEqual(handshake.answer('py_1', undefined), { kind: 'locust', version, roundTripMs: 6_000 })
  }
  assert.equal(handshake.greet('old_1', null, false), false, 'older than Locust 2')
  assert.deepEqual([handshake.isUnderWay('old_1'), bad.length], [false, 1])
})

test('where the profile needs our own workers, a Locust worker is told to leave', () => {
  const { handshake, sent, events } = rig({ refuseLocust: 'an arrivals profile needs katydid workers' })
  handshake.greet('py_1', '2.47.0', false)
  assert.equal(handshake.answer('py_1', undefined), undefined)
  assert.deepEqual(sent.at(-1), ['quit', null])
  assert.deepEqual(events, [
    'worker_refused: worker py_1 speaks only Locust: an arrivals profile needs katydid workers',
  ])
})

const turnedAway: [title: string, more: Record<string, unknown>, why: string][] = [
  ['of another version', { protocol: 99 }, `this master speaks version ${protocol} of the protocol`],
  ['that does not say who it is', { instance: 7 }, `this master speaks version ${protocol} of the protocol`],
  ['of another token', { token: 'shop-1' }, "this master's run is shop-2, not shop-1"],
]
for (const [title, more, why] of turnedAway)
  test(`a worker ${title} is told to leave each time, and whoever reads the result of it once`, () => {
    const { handshake, sent, events } = rig({ token: 'shop-2' })
    for (let i = 0; i < 2; i++) {
      handshake.greet('w_1', -1, false)
      assert.equal(handshake.answer('w_1', { ...acceptance(), ...more }), undefined)
      assert.deepEqual(sent.at(-1), ['quit', { katydid: { why, exitCode: 3 } }])
    }
    assert.deepEqual(events, [`worker_turned_away: worker w_1 was told to leave: ${why}`])
  })

test('a token is asked for where the run has one, and the worker says one', () => {
  for (const [ours, said] of [
    [undefined, 'shop-1'],
    ['shop-1', undefined],
    ['shop-1', 'shop-1'],
  ]) {
    const { handshake } = rig({ token: ours })
    assert.equal(handshake.answer('w_1', { ...acceptance(), token: said })?.kind, 'katydid')
  }
})

test('a worker in another run is foreign, and one in this run, which comes again, is not', () => {
  const { handshake } = rig()
  assert.deepEqual(handshake.answer('w_1', acceptance({ run: 'another' })), { kind: 'foreign' })
  assert.equal(handshake.answer('w_1', acceptance({ run: 'this run' }))?.kind, 'katydid')
})

test('one with another load file is welcome, and told of', () => {
  const { handshake, events } = rig()
  assert.equal(handshake.answer('w_1', acceptance({ hash: 'h' }))?.kind, 'katydid')
  assert.deepEqual(events, [])
  assert.equal(handshake.answer('w_1', acceptance({ hash: 'other' }))?.kind, 'katydid')
  assert.deepEqual(events, ['load_file_differs: worker w_1 has a different load file than the master'])
})

test('after the run everybody is told to leave, those who were under way too: in their language', () => {
  const { handshake, sent, events, end } = rig()
  handshake.greet('w_1', -1, false)
  handshake.greet('py_1', '2.47.0', false)
  end()
  assert.equal(handshake.answer('w_1', acceptance()), undefined)
  assert.equal(handshake.answer('py_1', undefined), undefined)
  assert.equal(handshake.greet('w_2', -1, false), false)
  assert.deepEqual(sent.slice(2), [
    ['quit', { katydid: { why: 'the run is over', exitCode: 0 } }],
    ['quit', null],
    ['quit', null],
  ])
  assert.deepEqual(events, [])
})

test('of those who are greeted and say no more the first are forgotten, when they are too many', () => {
  const { handshake } = rig()
  for (let i = 0; i <= 20_000; i++) handshake.greet(`x_${i}`, -1, false)
  assert.deepEqual([handshake.isUnderWay('x_0'), handshake.isUnderWay('x_1')], [false, true])
})
