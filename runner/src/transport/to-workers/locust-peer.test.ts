import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Encodable } from '../locust/encode.ts'
import { beat, rig } from './peer-server.fixture.ts'

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
    const [interval] = r.heard('stats').flatMap((message) => (message.type === 'stats' ? message.intervals : []))
    assert.deepEqual([interval?.users, interval?.health?.cpuPercent], [{ Carrier: 2 }, 3])
    const beats = r.heard('heartbeat')
    assert.deepEqual(beats.at(-1), { type: 'heartbeat', state: 'running', cpuPercent: 3, rssBytes: 0, roundTripMs: 0 })
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
    const unknown = 'Locust workers run WebA, OtherB, which the load file does not have: each gets weight 1'
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
    r.say('py_1', 'stats', {
      stats: [entry()],
      stats_total: entry(),
      errors: {},
      user_classes_count: {},
      user_count: 0,
    })
    r.say('py_1', 'quit')
    assert.deepEqual(r.heard('quit'), [{ type: 'quit' }])
    assert.equal(requestsOf(r), 3)
  })

  for (const told of [false, true])
    test(`a heartbeat after its quit is nobody's: it is in no other master's run (${told ? 'at the end' : 'by itself'})`, () => {
      const r = rig()
      r.say('py_1', 'client_ready', '2.47.0')
      r.say('py_1', 'heartbeat', beat())
      r.wait(2_500)
      begin(r)
      if (told) r.order({ type: 'stop' })
      r.say('py_1', 'quit')
      const said = r.answers('py_1').length
      r.say('py_1', 'heartbeat', beat({ state: 'running' }))
      assert.deepEqual(r.events, [])
      assert.equal(r.answers('py_1').length, said)
      r.say('py_1', 'client_ready', '2.47.0')
      assert.equal(r.answers('py_1').at(-1)?.[0], 'ack', 'unless it comes again')
    })

  const orders = (r: ReturnType<typeof rig>, type: string) => r.answers('py_1').filter(([each]) => each === type).length
  const joined = () => {
    const r = rig()
    r.say('py_1', 'client_ready', '2.47.0')
    r.say('py_1', 'heartbeat', beat())
    r.wait(2_500)
    begin(r)
    return r
  }
  const beatFor = (r: ReturnType<typeof rig>, seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      r.say('py_1', 'heartbeat', beat({ state: 'running' }))
      r.wait(1_000)
    }
  }

  test('an order that it does not answer is lost, and sent again; one that it answers is not', () => {
    const r = joined()
    beatFor(r, 5)
    assert.ok(orders(r, 'spawn') >= 2 && orders(r, 'spawn') <= 3, `${orders(r, 'spawn')} times`)
    r.say('py_1', 'spawning')
    const before = orders(r, 'spawn')
    beatFor(r, 5)
    assert.equal(orders(r, 'spawn'), before)
  })

  test('one that was away when the run ended is told when it is heard again, and as long as it goes on', () => {
    const r = joined()
    r.say('py_1', 'spawning')
    r.wait(10_000)
    r.order({ type: 'stop' })
    r.order({ type: 'quit' })
    const before = orders(r, 'quit')
    r.wait(5_000)
    assert.equal(orders(r, 'quit'), before, 'nobody is there')
    beatFor(r, 5)
    assert.ok(orders(r, 'quit') >= before + 2)
    r.say('py_1', 'quit')
    const after = orders(r, 'quit')
    beatFor(r, 3)
    assert.equal(orders(r, 'quit'), after)
  })

  test('silent, it may still run as long as its connection is there, which is tried', () => {
    const r = joined()
    const link = r.joined[0]?.link
    r.wait(5_000)
    assert.equal(r.answers('py_1').at(-1)?.[0], 'heartbeat', 'something to deliver')
    assert.equal(link?.mayStillRun, true)
    r.server.unreachable('py_1')
    assert.equal(link?.mayStillRun, false)
    r.say('py_1', 'heartbeat', beat({ state: 'running' }))
    assert.equal(link?.mayStillRun, true)
  })

  test('one that is no Python gets whole numbers of 32 bits, and every frame in its own name', () => {
    const parsedOptions = { small: 2 ** 31 - 1, large: 5e9, half: 2.5, tenant: 'blue' }
    const r = rig({ extras: { host: 'http://h', stopTimeoutS: 1, parsedOptions } })
    r.say('j_1', 'client_ready', -1)
    r.say('j_1', 'heartbeat', { state: 'ready', current_cpu_usage: 3 })
    r.wait(2_500)
    begin(r)
    const [, spawn] = r.answers('j_1').find(([type]) => type === 'spawn') as [string, { parsed_options: object }]
    assert.deepEqual(spawn.parsed_options, { small: 2 ** 31 - 1, half: 2.5, tenant: 'blue' })
    r.order({ type: 'message', name: 'hello', data: 'x' })
    r.order({ type: 'stop' })
    // it may say that it is quitting, and leave without a word
    r.say('j_1', 'heartbeat', { state: 'quitting', current_cpu_usage: 3 })
    assert.deepEqual([...new Set(r.nodeIds('j_1'))], ['j_1'])
    assert.deepEqual(r.warnings, [])
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
