import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pack } from '../katydid/packing.ts'
import { protocol } from '../katydid/wire.ts'
import type { Encodable } from '../locust/encode.ts'
import type { ToMaster, ToWorker } from '../messages.ts'
import { acceptance, beat, rig } from './peer-server.fixture.ts'

describe('a katydid worker', () => {
  const come = (r: ReturnType<typeof rig>, more = {}) => {
    r.say('w_1', 'client_ready', '1.0.0')
    r.say('w_1', 'heartbeat', beat({ katydid: acceptance(more) }))
  }
  const packet = (seq: number, message: ToMaster, instance = 'i'): Encodable => ({
    katydid: { instance, seq, ack: 0, body: pack(message) },
  })
  const ready: ToMaster = { type: 'client_ready', version: '1', classes: [{ name: 'U', weight: 1, fixedCount: 0 }] }

  test('is offered our words, accepts, gets its job, and joins when it has said what it can run', () => {
    const r = rig()
    come(r)
    const [ack, job, answer] = r.answers('w_1') as [string, { index: number; katydid: Record<string, unknown> }][]
    assert.deepEqual(ack, ['ack', { index: 0, katydid: { protocol, run: 'this run' } }])
    assert.deepEqual([job?.[0], job?.[1].katydid.seq], ['katydid', 1])
    assert.deepEqual([answer?.[0], answer?.[1].katydid.at], ['heartbeat', 5])
    assert.equal(r.joined.length, 0)
    r.say('w_1', 'katydid', packet(1, ready))
    assert.deepEqual(
      r.joined.map(({ id, index, kind }) => [id, index, kind]),
      [['w_1', 0, 'katydid']],
    )
    assert.deepEqual(r.heard('client_ready'), [ready])
  })

  test('is heard in order and once, whatever comes when', () => {
    const r = rig()
    come(r)
    r.say('w_1', 'katydid', packet(1, ready))
    r.say('w_1', 'katydid', packet(3, { type: 'exhausted' }))
    r.say('w_1', 'katydid', packet(2, { type: 'spawning' }))
    r.say('w_1', 'katydid', packet(2, { type: 'spawning' }))
    assert.deepEqual(
      r.heard().map(({ type }) => type),
      ['heartbeat', 'client_ready', 'spawning', 'exhausted'],
    )
  })

  test('that said quit is gone, and told so that it need not wait', async () => {
    const r = rig()
    come(r)
    r.say('w_1', 'katydid', packet(1, ready))
    r.say('w_1', 'katydid', packet(2, { type: 'quit' }))
    await Promise.resolve()
    const last = r.answers('w_1').at(-1) as [string, { katydid: { ack: number } }]
    assert.deepEqual([last[0], last[1].katydid.ack], ['heartbeat', 2])
    assert.equal(r.server.present, 0)
  })

  const refused: [title: string, more: Record<string, Encodable>, why: RegExp, event: RegExp][] = [
    ['of another token', { token: 'shop-1' }, /run is shop-2, not shop-1/, /^worker_turned_away: worker w_1 /],
    ['in the run of another master', { run: 'another' }, /another master/, /^master_restarted: .*: worker w_1/],
  ]
  for (const [title, more, why, event] of refused)
    test(`${title} is told to leave, and does not join`, () => {
      const r = rig({ token: 'shop-2' })
      come(r, more)
      come(r, more)
      const [type, data] = r.answers('w_1').at(-1) as [string, { katydid: { exitCode: number; why: string } }]
      assert.deepEqual([type, data.katydid.exitCode], ['quit', 3])
      assert.match(data.katydid.why, why)
      assert.match(r.events[0] ?? '', event)
      assert.equal(r.events.length, 1)
      assert.equal(r.server.present, 0)
    })

  test('is not spoken for by others: a frame counts for its connection’s id, and only of the process that joined', () => {
    const r = rig()
    come(r)
    r.say('w_1', 'katydid', packet(1, ready))
    r.say('py_1', 'client_ready', '2.47.0')
    r.say('py_1', 'heartbeat', beat())
    for (const victim of ['w_1', 'py_1']) {
      for (const sender of ['\0\x1ab\x02', 'stranger', ''])
        for (const type of ['quit', 'client_stopped']) r.say(sender, type, null, victim)
      r.say('\0\x1ab\x02', 'katydid', packet(2, { type: 'quit' }), victim)
      r.say('\0\x1ab\x02', 'heartbeat', beat({ state: 'running' }), victim)
    }
    // who connects under its id knows not of which process it would have to be
    r.say('w_1', 'quit')
    r.say('w_1', 'client_stopped')
    r.say('w_1', 'katydid', { katydid: { seq: 2, ack: 0, body: pack({ type: 'quit' }) } })
    r.say('w_1', 'katydid', packet(2, { type: 'quit' }, 'guessed'))
    assert.equal(r.server.present, 2)
    assert.deepEqual(r.answers('w_1').at(-1), [
      'quit',
      { katydid: { why: 'another worker has the same id', exitCode: 3, instance: 'guessed' } },
    ])
    r.say('w_1', 'katydid', packet(2, { type: 'spawning' }))
    assert.equal(r.heard('spawning').length, 1)
    assert.deepEqual(r.events, [])
  })

  test('gets what is secret of the plan when it has joined, and not before', () => {
    const r = rig({ credentials: { type: 'credentials', host: 'http://bob:hunter2@shop' } })
    come(r)
    r.say('spy_1', 'client_ready', '2.47.0')
    assert.doesNotMatch(JSON.stringify([r.answers('w_1'), r.answers('spy_1')]), /hunter2/)
    r.say('w_1', 'katydid', packet(1, ready))
    const [type, data] = r.answers('w_1').at(-1) as [string, { katydid: { seq: number; body: Uint8Array } }]
    assert.deepEqual([type, data.katydid.seq], ['katydid', 2])
    assert.match(Buffer.from(data.katydid.body).toString('latin1'), /hunter2/)
  })

  test('with any name at all does not write in the log what looks like another line', () => {
    const r = rig()
    const id = 'w\x1b[2J\n[00:00:00] INFO: worker good_1 connected'
    r.say(id, 'client_ready', '1.0.0')
    r.say(id, 'heartbeat', beat({ katydid: acceptance() }))
    r.say(id, 'katydid', packet(1, ready))
    r.say(id, 'katydid', null)
    assert.deepEqual(
      r.joined.map((worker) => worker.id),
      ['w\\x1b[2J\\x0a[00:00:00] INFO: worker good_1 connected'],
    )
    r.server.receive('x\r\x1b]0;y\x07', Buffer.from([0xc1]))
    r.say('o\x1b', 'heartbeat', beat({ state: 'running' }))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.doesNotMatch([...r.warnings, ...r.events].join(''), /[\0-\x1f]/)
  })

  test('that has left is no stranger by what it said before', () => {
    const r = rig()
    come(r)
    r.say('w_1', 'katydid', packet(1, ready))
    r.say('w_1', 'katydid', packet(2, { type: 'quit' }))
    r.say('w_1', 'katydid', packet(2, { type: 'quit' })) // again: it has not heard that it came
    r.say('w_1', 'heartbeat', beat({ katydid: acceptance({ run: 'this run' }) }))
    assert.deepEqual(r.events, [])
    const [type, data] = r.answers('w_1').at(-1) as [string, { katydid: { ack: number } }]
    assert.deepEqual([type, data.katydid.ack], ['heartbeat', 2])
    come(r, { instance: 'second', run: 'this run' })
    r.say('w_1', 'katydid', packet(1, ready, 'second'))
    assert.deepEqual(r.events, [])
    assert.equal(r.joined.length, 2)
  })

  test('under the id of one that is alive leaves; of one that is not heard, takes its place', () => {
    const r = rig()
    come(r)
    r.say('w_1', 'katydid', packet(1, ready))
    come(r, { instance: 'second' })
    assert.deepEqual(r.answers('w_1').at(-1)?.[0], 'quit')
    r.say('w_1', 'katydid', packet(2, { type: 'spawning' }))
    assert.equal(r.heard('spawning').length, 1, 'the first goes on')
    let reason = ''
    r.joined[0]?.link.closed((why) => {
      reason = why
    })
    r.wait(7_000)
    r.server.unreachable('w_1') // its connection is gone
    come(r, { instance: 'third' })
    assert.equal(reason, 'another process replaced it')
    r.say('w_1', 'katydid', packet(1, ready, 'third'))
    assert.equal(r.joined.length, 2)
  })

  test('that comes in place of one of its host that is gone, or silent, has its place', () => {
    const r = rig()
    const indexOf = (id: string) => {
      r.say(id, 'client_ready', -1)
      r.say(id, 'heartbeat', beat({ katydid: acceptance({ instance: id }) }))
      return (r.answers(id)[0] as [string, { index: number }])[1].index
    }
    assert.deepEqual(['pod-0_a', 'pod-1_a', 'pod-2_a'].map(indexOf), [0, 1, 2])
    r.say('pod-1_a', 'katydid', packet(1, { type: 'quit' }, 'pod-1_a'))
    assert.deepEqual(['pod-1_b', 'pod-0_b'].map(indexOf), [1, 3])
    r.wait(9_000)
    assert.equal(indexOf('pod-2_b'), 2)
  })

  const silences: [missingMs: number | undefined, isCut: boolean, roundTripMs: number, goneAfterMs: number][] = [
    [undefined, false, 0, 8_000],
    [undefined, true, 0, 4_000],
    [undefined, false, 6_000, 14_000],
    [undefined, true, 6_000, 10_000],
    [20_000, false, 0, 20_000],
    [20_000, true, 0, 4_000],
    [2_000, true, 0, 2_000],
    [2_000, false, 1_000, 3_000],
  ]
  for (const [missingMs, isCut, roundTripMs, goneAfterMs] of silences)
    test(`is gone by the limits of the master: ${JSON.stringify({ missingMs, isCut, roundTripMs })}`, () => {
      const r = rig({ missingMs })
      come(r, { roundTripMs })
      r.say('w_1', 'katydid', packet(1, ready))
      if (isCut) r.server.unreachable('w_1')
      r.wait(goneAfterMs - 1)
      assert.equal(r.server.present, 1)
      r.wait(1)
      assert.equal(r.server.present, 0)
    })

  test('whose frames make no sense is counted, told of once, and goes on', () => {
    const r = rig()
    come(r)
    r.say('w_1', 'katydid', packet(1, ready))
    const bad: Encodable[] = [
      null,
      7,
      'x',
      { katydid: 5 },
      { katydid: { instance: 'i', seq: -1, ack: 0 } },
      { katydid: { instance: 'i', seq: 1.5, ack: 0 } },
    ]
    for (const data of bad) r.say('w_1', 'katydid', data)
    r.say('w_1', 'heartbeat', { katydid: acceptance() })
    r.say('w_1', 'katydid', { katydid: { instance: 'i', seq: 2, ack: 0, body: Buffer.from('nonsense') } })
    r.server.receive('w_1', Buffer.from('c1c1', 'hex'))
    r.say('w_1', 'katydid', packet(3, { type: 'spawning' }))
    assert.equal(r.warnings.length, 1)
    assert.equal(r.heard('spawning').length, 1)
  })

  const retrying: [title: string, before: string[], retry: Encodable, expected: boolean][] = [
    ['the first of its index', [], 0, false],
    ['a stand-in for one this master met', ['shop-workers-3_a'], 1, false],
    ['a stand-in for one it never met', ['shop-workers-1_a'], 2, true],
    ['what is no number', [], 'many', false],
  ]
  for (const [title, before, retry, expected] of retrying)
    test(`says for whom it stands in: ${title}`, () => {
      const r = rig()
      const id = 'shop-workers-3_b'
      for (const other of before) r.say(other, 'client_ready', -1)
      r.say(id, 'client_ready', -1)
      r.say(id, 'heartbeat', beat({ katydid: acceptance({ retry }) }))
      r.say(id, 'katydid', packet(1, ready))
      assert.equal(r.joined[0]?.replacesUnknown, expected)
    })
})

test('a Locust worker of a dead master is stopped, comes as if new, and takes part', () => {
  const r = rig()
  r.say('py_1', 'heartbeat', beat({ state: 'running' }))
  r.say('py_1', 'heartbeat', beat({ state: 'running' }))
  assert.deepEqual(r.events, ['master_restarted: master restarted: worker py_1 was in the run of another master'])
  assert.deepEqual(r.answers('py_1'), [['stop', null]])
  r.say('py_1', 'client_stopped')
  r.say('py_1', 'client_ready', '2.47.0')
  assert.equal(r.answers('py_1').at(-1)?.[0], 'ack')
  r.say('py_1', 'heartbeat', beat())
  assert.equal(r.server.present, 1)
  r.say('py_2', 'client_stopped')
  assert.deepEqual(r.answers('py_2'), [], 'who says goodbye is left alone')
})

test('a client older than Locust 2 is not taken in', () => {
  const r = rig()
  r.say('old_1', 'client_ready', null)
  assert.deepEqual(r.answers('old_1'), [])
  assert.equal(r.warnings.length, 1)
})

test('after the run whoever comes is told to leave', () => {
  const r = rig()
  r.server.finish()
  r.say('w_1', 'client_ready', '1.0.0')
  assert.deepEqual(r.answers('w_1'), [['quit', null]])
  r.say('w_2', 'heartbeat', beat({ state: 'running' }))
  assert.deepEqual(r.answers('w_2'), [['quit', null]])
  assert.deepEqual(r.events, [])
})

test('thousands of strangers that send nonsense cost a bounded number of lines', () => {
  const r = rig()
  for (let i = 0; i < 5_000; i++) r.server.receive(`x${i}`, Buffer.from([0xc1]))
  assert.ok(r.warnings.length <= 1_000)
  r.say('w_1', 'client_ready', '1.0.0')
  assert.equal(r.answers('w_1')[0]?.[0], 'ack')
})

test('nothing that anybody sends ends the run of everybody else', () => {
  const strange: Encodable[] = [
    { toString: 1 },
    { valueOf: null },
    [],
    7,
    -1,
    new Map([[1, 2]]),
    Buffer.from([1]),
    'x'.repeat(1e6),
  ]
  const types = ['client_ready', 'heartbeat', 'stats', 'exception', 'spawning_complete', 'katydid', 'quit', 'hello']
  for (const greeting of ['2.47.0', -1])
    for (const type of types)
      for (const data of [
        ...strange,
        ...strange.map((katydid) => ({ katydid })),
        ...strange.map((msg) => ({ msg, traceback: msg })),
      ]) {
        const r = rig()
        r.say('x', 'client_ready', greeting)
        if (greeting !== -1) r.say('x', 'heartbeat', beat())
        r.say('x', type, data)
        r.say('x', type, data)
        r.wait(3_000)
        assert.deepEqual(
          r.events.filter((event) => event.startsWith('message_failed')),
          [],
          `${type} ${JSON.stringify(data).slice(0, 100)}`,
        )
      }
})

test('what fails in taking a message is an event, and the next one is taken', () => {
  let fails = true
  const r = rig()
  r.say('w_1', 'client_ready', -1)
  r.say('w_1', 'heartbeat', beat({ katydid: acceptance() }))
  const ready: ToMaster = { type: 'client_ready', version: '1', classes: [{ name: 'U', weight: 1, fixedCount: 0 }] }
  r.say('w_1', 'katydid', { katydid: { instance: 'i', seq: 1, ack: 0, body: pack(ready) } })
  const heard: string[] = []
  r.joined[0]?.link.receive((message) => {
    heard.push(message.type)
    if (fails) throw new RangeError('no room')
  })
  r.say('w_1', 'katydid', { katydid: { instance: 'i', seq: 2, ack: 0, body: pack({ type: 'spawning' }) } })
  fails = false
  r.say('w_1', 'katydid', { katydid: { instance: 'i', seq: 3, ack: 0, body: pack({ type: 'exhausted' }) } })
  assert.deepEqual(heard, ['spawning', 'exhausted'])
  assert.deepEqual(r.events, ['message_failed: cannot follow a message of worker w_1: RangeError: no room'])
})

describe('what peers cost is bounded in bytes', () => {
  const ready: ToMaster = { type: 'client_ready', version: '1', classes: [{ name: 'U', weight: 1, fixedCount: 0 }] }
  const body = (seq: number, message: ToMaster): Encodable => ({
    katydid: { instance: 'i', seq, ack: 0, body: pack(message) },
  })
  const come = (r: ReturnType<typeof rig>, id: string) => {
    r.say(id, 'client_ready', '1.0.0')
    r.say(id, 'heartbeat', beat({ katydid: acceptance() }))
  }

  test('before it has joined a message is small, and says nothing but who it is', () => {
    const r = rig()
    const big = 'x'.repeat(300_000)
    r.say('stranger', 'client_ready', big)
    assert.deepEqual(r.answers('stranger'), [])
    come(r, 'w_1')
    r.say('w_1', 'katydid', body(1, { type: 'message', name: 'hello', data: 'early' }))
    r.say('w_1', 'katydid', body(2, ready))
    r.say('w_1', 'katydid', body(3, { type: 'message', name: 'hello', data: big }))
    assert.deepEqual(
      r.heard('message').map((message) => message.type === 'message' && message.data),
      [big],
    )
    assert.equal(r.warnings.length, 2)
  })

  test('who has joined may send what it kept back, and then so much a second; what was dropped may come again', () => {
    const r = rig()
    come(r, 'w_1')
    r.say('w_1', 'katydid', body(1, ready))
    const message: ToMaster = { type: 'message', name: 'hello', data: 'x'.repeat(8 * 1024 * 1024) }
    let seq = 1
    for (let i = 0; i < 12; i++) r.say('w_1', 'katydid', body(++seq, message))
    assert.equal(r.heard('message').length, 7)
    assert.match(r.warnings.join(), /worker w_1 .*more bytes than a worker sends/)
    r.wait(2_000)
    r.say('w_1', 'katydid', body(9, message))
    assert.equal(r.heard('message').length, 8)
  })

  test('what is larger than a worker takes is refused where it is sent: it would be sent again for ever', () => {
    const r = rig()
    come(r, 'w_1')
    r.say('w_1', 'katydid', body(1, ready))
    const sent = r.answers('w_1').length
    const large = new Uint8Array(68e6)
    const refused: [message: ToWorker, sentence: RegExp][] = [
      [{ type: 'message', name: 'm', data: large }, /^KatydidError: the data of environment\.send\(\) has 68 MB/],
      [
        { type: 'start', startedAtEpochMs: 1, setupData: large },
        /^KatydidError: the data that setup\(\) returned has 68 MB/,
      ],
      [{ type: 'feed_rows', feed: 'f', request: 1, rows: [large] }, /^KatydidError: a part of a feed has 68 MB/],
    ]
    for (const [message, sentence] of refused) assert.throws(() => r.order(message), sentence)
    assert.equal(r.answers('w_1').length, sent)
    assert.throws(() => rig({ job: large }), /the load file, with everything that it imports, has 68 MB/)
  })

  test('what a worker had to give up while the master was silent is told, once', () => {
    const r = rig()
    come(r, 'w_1')
    r.say('w_1', 'katydid', body(1, ready))
    for (const seq of [2, 3]) r.say('w_1', 'katydid', { katydid: { instance: 'i', seq, ack: 0 } })
    r.say('w_1', 'katydid', body(4, { type: 'spawning' }))
    assert.deepEqual(
      r.heard('event').map((message) => message.type === 'event' && [message.kind, message.text]),
      [
        [
          'message_failed',
          'worker w_1 dropped messages that had waited too long for this master: what it measured in that time is missing',
        ],
      ],
    )
    assert.equal(r.heard('spawning').length, 1)
  })

  test('thousands who come and never join are not kept, and who joins takes part', () => {
    const r = rig()
    for (let i = 0; i < 6_000; i++) come(r, `m_${i}`)
    assert.equal(r.server.present, 5_000)
    come(r, 'w_1')
    r.say('w_1', 'katydid', body(1, ready))
    assert.deepEqual(
      r.joined.map(({ id }) => id),
      ['w_1'],
    )
  })

  test('who has joined makes room for one who comes, and nobody else has to leave for that', () => {
    const r = rig()
    come(r, 'w_1')
    r.say('w_1', 'katydid', body(1, ready))
    for (let i = 0; i < 5_000; i++) come(r, `m_${i}`)
    assert.equal(r.server.present, 5_001)
  })

  test('of a Locust worker’s classes there are so many, with names so long', () => {
    const r = rig()
    r.say('py_1', 'client_ready', '2.47.0')
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`C${i}`.padEnd(i === 0 ? 5_000 : 1), 0]))
    r.say('py_1', 'stats', { stats: [], errors: {}, user_classes_count: many, user_count: 0 })
    const [said] = r.heard('client_ready')
    assert.ok(said?.type === 'client_ready' && said.classes.length === 1_000)
    assert.ok(said.classes.every(({ name }) => name.length <= 200))
    assert.ok(r.events.join('').length < 5_000)
  })
})
