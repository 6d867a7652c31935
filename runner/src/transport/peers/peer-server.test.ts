import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pack } from '../katydid/packing.ts'
import { protocol } from '../katydid/wire.ts'
import { decodeFrame, type Frame } from '../locust/decode.ts'
import { type Encodable, encode } from '../locust/encode.ts'
import type { ToMaster, ToWorker } from '../messages.ts'
import { type JoinedWorker, PeerServer, type PeerServerOptions } from './peer-server.ts'

/** A server whose wire is a list, and whose time is moved by hand. */
function rig(more: Partial<PeerServerOptions> = {}) {
  let now = 1_000
  const sent: [id: string, frame: Frame][] = []
  const joined: JoinedWorker[] = []
  const heard: [id: string, message: ToMaster][] = []
  const events: string[] = []
  const warnings: string[] = []
  const server = new PeerServer({
    run: 'this run',
    fileHash: 'h',
    job: pack({ type: 'quit' }),
    classes: [{ name: 'Carrier', weight: 2, fixedCount: 0 }],
    extras: { host: 'http://h', stopTimeoutS: 1, parsedOptions: { tenant: 'blue' } },
    transmit: (id, bytes) => sent.push([id, decodeFrame(bytes)]),
    onWorker: (worker) => {
      joined.push(worker)
      worker.link.receive((message) => heard.push([worker.id, message]))
    },
    onEvent: (kind, text) => events.push(`${kind}: ${text}`),
    log: { info: () => {}, warn: (text: string) => void warnings.push(text) } as never,
    now: () => now,
    ...more,
  })
  const say = (id: string, type: string, data: Encodable = null, nodeId = id) =>
    server.receive(id, encode([type, data, nodeId]))
  const answers = (id: string) => sent.filter(([to]) => to === id).map(([, { type, data }]) => [type, data])
  const order = (message: ToWorker, worker = joined[0]) => worker?.link.send(message)
  return {
    server,
    joined,
    events,
    warnings,
    say,
    answers,
    order,
    heard: (type?: ToMaster['type']) => heard.map(([, message]) => message).filter((m) => !type || m.type === type),
    now: () => now,
    wait: (ms: number) => {
      now += ms
      server.tick()
    },
  }
}

const beat = (more: Record<string, Encodable> = {}) => ({
  state: 'ready',
  current_cpu_usage: 1.5,
  current_memory_usage: 7,
  ...more,
})
const acceptance = (more: Record<string, Encodable> = {}) => ({ protocol, instance: 'i', ack: 0, at: 5, ...more })

describe('a katydid worker', () => {
  const come = (r: ReturnType<typeof rig>, more = {}) => {
    r.say('w_1', 'client_ready', '1.0.0')
    r.say('w_1', 'heartbeat', beat({ katydid: acceptance(more) }))
  }
  const packet = (seq: number, message: ToMaster, ack = 0): Encodable => ({
    katydid: { seq, ack, body: pack(message) },
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

  const refused: [title: string, more: Record<string, Encodable>, exitCode: number, why: RegExp, event?: RegExp][] = [
    ['of another version', { protocol: 99 }, 0, /speaks version 1/],
    ['that does not say who it is', { instance: 7 }, 0, /speaks version 1/],
    ['of another token', { token: 'shop-1' }, 3, /run is shop-2, not shop-1/],
    [
      'in the run of another master',
      { run: 'another' },
      3,
      /another master/,
      /^master_restarted: master restarted: worker w_1/,
    ],
  ]
  for (const [title, more, exitCode, why, event] of refused)
    test(`${title} is told to leave`, () => {
      const r = rig({ token: 'shop-2' })
      come(r, more)
      const [type, data] = r.answers('w_1').at(-1) as [string, { katydid: { exitCode: number; why: string } }]
      assert.deepEqual([type, data.katydid.exitCode], ['quit', exitCode])
      assert.match(data.katydid.why, why)
      if (event) assert.match(r.events.join('\n'), event)
      else assert.deepEqual(r.events, [])
    })

  test('is itself, also where what it said comes late, over a connection that another has replaced', () => {
    const r = rig()
    come(r)
    r.say('w_1', 'katydid', packet(1, ready))
    r.say('\0\x1ab\x02', 'katydid', packet(2, { type: 'spawning' }), 'w_1')
    assert.equal(r.heard('spawning').length, 1)
    r.say('\0\x1ab\x03', 'heartbeat', beat(), 'nobody_1')
    assert.deepEqual(r.events, [])
    assert.deepEqual(r.answers('nobody_1'), [])
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
    r.say('w_1', 'katydid', packet(1, ready))
    assert.deepEqual(r.events, [])
    assert.equal(r.joined.length, 2)
  })

  test('with another load file is welcome, and told of', () => {
    const r = rig()
    come(r, { hash: 'other' })
    assert.deepEqual(r.events, ['load_file_differs: worker w_1 has another load file than the master'])
    come(rig(), { hash: 'h' })
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
    r.wait(6_000)
    come(r, { instance: 'third' })
    assert.equal(reason, 'another process took its place')
    r.say('w_1', 'katydid', packet(1, ready))
    assert.equal(r.joined.length, 2)
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
      { katydid: { seq: -1, ack: 0 } },
      { katydid: { seq: 1.5, ack: 0 } },
    ]
    for (const data of bad) r.say('w_1', 'katydid', data)
    r.say('w_1', 'heartbeat', { katydid: acceptance() })
    r.say('w_1', 'katydid', { katydid: { seq: 2, ack: 0, body: Buffer.from('nonsense') } })
    r.server.receive('w_1', Buffer.from('c1c1', 'hex'))
    r.say('w_1', 'katydid', packet(3, { type: 'spawning' }))
    assert.equal(r.warnings.length, 1)
    assert.equal(r.heard('spawning').length, 1)
  })
})

describe('workers that speak Locust', () => {
  const entry = (more: Record<string, Encodable> = {}) => ({
    name: '/a',
    method: 'GET',
    last_request_timestamp: 1_795_436_662,
    start_time: 1_795_436_660,
    num_requests: 3,
    num_none_requests: 0,
    num_failures: 1,
    total_response_time: 60,
    max_response_time: 30,
    min_response_time: 10,
    total_content_length: 300,
    response_times: new Map([
      [10, 1],
      [20, 1],
      [30, 1],
    ]),
    num_reqs_per_sec: new Map([[1_795_436_661, 3]]),
    num_fail_per_sec: new Map([[1_795_436_661, 1]]),
    ...more,
  })
  const begin = (r: ReturnType<typeof rig>) => {
    r.order({ type: 'start', startedAtEpochMs: performance.timeOrigin + r.now() - 5_500, setupData: null })
    r.order({ type: 'spawn', target: { timestamp: 7, users: { Carrier: 2 } } })
  }
  const requestsOf = (r: ReturnType<typeof rig>) =>
    r
      .heard('stats')
      .flatMap((message) => (message.type === 'stats' ? message.intervals : []))
      .flatMap(({ stats }) => stats.requests)
      .reduce((sum, { ok, failed }) => sum + ok.count + failed.count, 0)

  test('boomer: -1 as its version, heartbeats at once, no classes, echoes, md5 errors without times, no user_count', () => {
    const r = rig()
    r.say('go_1', 'client_ready', -1)
    r.say('go_1', 'heartbeat', beat())
    assert.equal(r.joined.length, 0, 'it may yet name its classes')
    r.wait(2_500)
    assert.deepEqual(
      r.joined.map(({ kind }) => kind),
      ['locust'],
    )
    const [ready] = r.heard('client_ready')
    assert.deepEqual(ready?.type === 'client_ready' && ready.classes.map(({ name }) => name), ['Carrier'])
    begin(r)
    const spawn = r.answers('go_1').find(([type]) => type === 'spawn')?.[1]
    assert.deepEqual(spawn, {
      timestamp: 7,
      user_classes_count: { Carrier: 2 },
      host: 'http://h',
      stop_timeout: 1,
      parsed_options: { tenant: 'blue' },
    })
    r.say('go_1', 'spawning')
    r.say('go_1', 'spawning_complete', { count: 2, user_classes_count: { Carrier: 2 } })
    assert.deepEqual(r.heard('spawning_complete'), [{ type: 'spawning_complete', users: { Carrier: 2 } }])
    r.say('go_1', 'stats', {
      stats: [entry()],
      stats_total: entry({ name: 'Total', method: '' }),
      errors: { '5f4dcc3b5aa765d61d8327deb882cf99': { name: '/a', method: 'GET', error: 'timeout', occurrences: 1 } },
    })
    r.wait(1_000)
    assert.equal(requestsOf(r), 3)
    r.order({ type: 'stop' })
    r.say('go_1', 'client_stopped')
    r.say('go_1', 'client_ready', -1)
    assert.equal(r.heard('client_stopped').length, 0, 'its last report may be on its way')
    r.wait(5_000)
    assert.equal(r.heard('client_stopped').length, 1)
    r.order({ type: 'quit' })
    r.say('go_1', 'quit')
    assert.equal(r.server.present, 0)
    assert.deepEqual(r.events, [])
  })

  test('locust4j: heartbeats without memory, times as ints, least 0 where there is nothing', () => {
    const r = rig()
    r.say('j_1', 'client_ready', -1)
    r.say('j_1', 'heartbeat', { state: 'ready', current_cpu_usage: 3 })
    r.wait(2_500)
    begin(r)
    r.say('j_1', 'heartbeat', { state: 'running', current_cpu_usage: 3 })
    r.say('j_1', 'stats', {
      stats: [
        entry(),
        entry({ name: '/idle', num_requests: 0, num_failures: 0, min_response_time: 0, response_times: {} }),
      ],
      stats_total: entry(),
      errors: {},
      user_classes_count: { Carrier: 2 },
      user_count: 2,
    })
    r.wait(1_000)
    assert.equal(requestsOf(r), 3)
    const beats = r.heard('heartbeat')
    assert.deepEqual(beats.at(-1), { type: 'heartbeat', state: 'running', cpuPercent: 3, rssBytes: 0 })
    assert.equal(r.answers('j_1').filter(([type, data]) => type === 'heartbeat' && data === null).length, 2)
  })

  test("Python's: classes from the first report, told to quit it reports before it goes, exceptions count", () => {
    const r = rig()
    r.say('py_1', 'client_ready', '2.47.0')
    r.say('py_1', 'heartbeat', beat())
    r.say('py_1', 'stats', {
      stats: [],
      stats_total: entry({ num_requests: 0 }),
      errors: {},
      user_classes_count: { WebA: 0, OtherB: 0 },
      user_count: 0,
    })
    const [ready] = r.heard('client_ready')
    assert.deepEqual(ready?.type === 'client_ready' && ready.classes.map(({ name }) => name), ['WebA', 'OtherB'])
    const unknown = 'Locust workers run WebA, OtherB, which the load file has not: each has the weight 1'
    assert.deepEqual(r.events, [`locust_classes: ${unknown}`])
    begin(r)
    r.say('py_1', 'exception', { msg: 'boom', traceback: '  File "x.py", line 1' })
    r.say('py_1', 'logs', { worker_id: 'py_1', logs: ['a line'] })
    r.say('py_1', 'hello', { a: 1 })
    r.order({ type: 'stop' })
    assert.equal(r.answers('py_1').at(-1)?.[0], 'quit', 'told to stop, it would sleep its stop timeout')
    r.say('py_1', 'stats', {
      stats: [entry()],
      stats_total: entry(),
      errors: {},
      user_classes_count: {},
      user_count: 0,
    })
    assert.equal(r.heard('client_stopped').length, 0)
    r.say('py_1', 'quit')
    assert.equal(r.heard('client_stopped').length, 1)
    assert.equal(r.server.present, 0)
    assert.equal(requestsOf(r), 3)
    const exceptions = r
      .heard('stats')
      .flatMap((message) => (message.type === 'stats' ? message.intervals : []))
      .flatMap(({ stats }) => stats.exceptions)
    assert.deepEqual(
      exceptions.map(({ message, count }) => [message, count]),
      [['boom', 1]],
    )
    assert.deepEqual(r.heard('message'), [{ type: 'message', name: 'hello', data: { a: 1 } }])
  })

  test('silent, it has no seconds of its own; heard again, it goes on with the present one', () => {
    const r = rig()
    r.say('py_1', 'client_ready', '2.47.0')
    r.say('py_1', 'heartbeat', beat())
    r.wait(2_500)
    begin(r) // 5.5 s ago
    const seconds = () =>
      r
        .heard('stats')
        .flatMap((message) => (message.type === 'stats' ? message.intervals.map(({ second }) => second) : []))
    for (let i = 0; i < 3; i++) {
      r.say('py_1', 'heartbeat', beat())
      r.wait(1_000)
    }
    assert.deepEqual(seconds(), [5, 6, 7])
    for (let i = 0; i < 10; i++) r.wait(1_000)
    assert.deepEqual(seconds(), [5, 6, 7, 8])
    assert.equal(r.server.present, 0)
    r.say('py_1', 'heartbeat', beat())
    assert.equal(r.server.present, 1)
    r.wait(1_000)
    assert.deepEqual(seconds(), [5, 6, 7, 8, 18])
  })

  test('one that leaves by itself has left, with its last report', () => {
    const r = rig()
    r.say('py_1', 'client_ready', '2.47.0')
    r.say('py_1', 'heartbeat', beat())
    r.wait(2_500)
    begin(r)
    r.say('py_1', 'quit')
    assert.deepEqual(r.heard('quit'), [{ type: 'quit' }])
  })

  test('one that runs for a dead master is stopped, and comes as if new; one that is idle makes no fuss', () => {
    const r = rig()
    r.say('py_1', 'heartbeat', beat({ state: 'running' }))
    r.say('py_1', 'heartbeat', beat({ state: 'running' }))
    assert.deepEqual(r.events, ['master_restarted: master restarted: worker py_1 was in the run of another master'])
    assert.deepEqual(r.answers('py_1'), [['stop', null]], 'once: each costs it its stop timeout')
    r.say('py_1', 'client_stopped')
    r.say('py_1', 'client_ready', '2.47.0')
    assert.equal(r.answers('py_1').at(-1)?.[0], 'ack')
    r.say('idle_1', 'heartbeat', beat())
    assert.equal(r.answers('idle_1')[0]?.[0], 'stop')
    assert.equal(r.events.length, 1)
  })

  test('where the profile needs our own workers, is told to leave', () => {
    const r = rig({ refuseLocust: 'an arrivals profile needs katydid workers' })
    r.say('py_1', 'client_ready', '2.47.0')
    r.say('py_1', 'heartbeat', beat())
    assert.deepEqual(r.answers('py_1').at(-1), ['quit', null])
    assert.equal(r.events.length, 1)
  })

  test('reports and heartbeats that are none are counted; nothing dies of them', () => {
    const r = rig()
    r.say('py_1', 'client_ready', '2.47.0')
    r.say('py_1', 'heartbeat', beat())
    r.wait(2_500)
    begin(r)
    for (const type of [
      'heartbeat',
      'stats',
      'spawning_complete',
      'exception',
      'locustfile',
      'client_stopped',
      'toString',
    ])
      for (const data of [
        null,
        7,
        'x',
        [],
        { state: 5 },
        { stats: 'x' },
        { stats: [null, 5, {}] },
        { user_classes_count: [] },
      ])
        r.say('py_1', type, data as Encodable)
    r.wait(1_000)
    assert.equal(r.warnings.length, 1)
    assert.equal(requestsOf(r), 0)
  })
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
