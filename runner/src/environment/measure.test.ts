import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorName } from '../stats/error-name.ts'
import { constructUser } from '../tasks/construction.ts'
import { User } from '../tasks/user.ts'
import { state } from '../tasks/user-state.ts'
import { StopUser } from './control-flow.ts'
import { testRun } from './test-run.fixture.ts'
import { tracebackOf } from './traceback.ts'

test('measure counts success with its bytes, failure by its code, and throws on', async () => {
  const { runtime, recorder } = testRun()
  const { environment } = runtime
  const what = { type: 'SQL', name: 'select', bytes: (text: string) => text.length }
  assert.equal(await environment.measure(what, async () => sleep(10, 'hello')), 'hello')
  assert.equal(await environment.measure(what, () => 'hi'), 'hi')
  const refused = Object.assign(new Error('connect to 10.0.0.1:5432'), { code: 'ECONNREFUSED' })
  await assert.rejects(
    environment.measure(what, () => {
      throw refused
    }),
    refused,
  )
  const { requests, errors } = recorder.take()
  assert.equal(requests[0]?.ok.count, 2)
  assert.ok((requests[0]?.ok.max ?? 0) >= 9)
  assert.equal(requests[0]?.bytes, 7)
  assert.equal(requests[0]?.failed.count, 1)
  assert.deepEqual([errors[0]?.method, errors[0]?.name, errors[0]?.error], ['SQL', 'select', 'ECONNREFUSED'])
})

test('a user’s measure takes its schedule once, counts what was interrupted as aborted, control flow as no failure', async () => {
  const { runtime, recorder } = testRun()
  class Subscriber extends User {}
  const user = constructUser(Subscriber, runtime)
  user[state].schedule.intendedAt = performance.now() - 100
  await user.environment.measure({ type: 'M', name: 'a' }, () => 1)
  await user.environment.measure({ type: 'M', name: 'a' }, () => 1)
  await assert.rejects(
    user.environment.measure({ type: 'M', name: 'a' }, () => {
      throw new StopUser()
    }),
    StopUser,
  )
  const measured = user.environment.measure({ type: 'M', name: 'a' }, () =>
    sleep(60_000, undefined, { signal: user.signal }),
  )
  user[state].abort()
  await assert.rejects(measured, { name: 'AbortError' })
  const [request] = recorder.take().requests
  assert.deepEqual([request?.ok.count, request?.failed.count, request?.aborted], [3, 0, 1])
  assert.equal(request?.scheduled?.count, 1)
  assert.ok((request?.scheduled?.max ?? 0) >= 100)
})

test('a user sees the run through its environment', () => {
  const { runtime, stops } = testRun()
  const { environment } = constructUser(User, runtime)
  Object.assign(runtime.environment, { data: { token: 1 } })
  assert.deepEqual(
    [environment.host, environment.role, environment.data, environment.params],
    ['http://plan.test', 'local', { token: 1 }, { tenant: 'blue' }],
  )
  environment.stop('done', 'failed')
  environment.stop('again')
  assert.deepEqual(stops, [{ reason: 'done', outcome: 'failed' }])
})

test('failures are grouped by code, or by what does not differ from one to the next', () => {
  const cases: [unknown, string][] = [
    [Object.assign(new Error('x'), { code: 'ETIMEDOUT' }), 'ETIMEDOUT'],
    [new TypeError('fetch failed', { cause: Object.assign(new Error('y'), { code: 'ECONNRESET' }) }), 'ECONNRESET'],
    [Object.assign(new Error('14 UNAVAILABLE: no connection to 10.1.2.3:80'), { code: 14 }), 'code 14'],
    [Object.assign(new RangeError('E11000 duplicate key { id: 7 }'), { code: 11_000 }), 'RangeError code 11000'],
    [new Error('query failed', { cause: Object.assign(new Error('x'), { code: -5 }) }), 'code -5'],
    [Object.assign(new Error('half a code'), { code: 1.5 }), 'half a code'],
    [Object.assign(new Error('no code'), { code: Number.NaN }), 'no code'],
    [new DOMException('the operation was aborted', 'AbortError'), 'the operation was aborted'],
    [new Error('connect to 10.1.2.3:8080 failed\nwith details'), 'connect to <address> failed'],
    [new Error('no answer from shop.local:8080'), 'no answer from shop.local'],
    [new Error('connect [::1]:9000 refused'), 'connect <address> refused'],
    [new Error('peer fe80::1ff:fe23:4567:890a gone'), 'peer <address> gone'],
    [new Error('order 550e8400-e29b-41d4-a716-446655440000 lost'), 'order <id> lost'],
    [new Error('read at 0xdeadbeef'), 'read at <address>'],
    [new Error('expected status: 200'), 'expected status: 200'],
    [new RangeError(''), 'RangeError'],
    ['plain text', 'plain text'],
    [undefined, 'thrown: undefined'],
  ]
  for (const [error, expected] of cases) assert.equal(errorName(error), expected)
  assert.equal(errorName(new Error('x'.repeat(5_000))).length, 200)
})

/** What libraries and hostile load files throw, besides errors as they should be. */
const odd: [title: string, thrown: unknown, message: string][] = [
  ['a stack that is a list', Object.assign(new Error('boom'), { stack: [1, 2] }), 'Error: boom'],
  ['a stack that is a number', Object.assign(new Error('boom'), { stack: 7 }), 'Error: boom'],
  ['neither name nor message', Object.assign(new Error(''), { name: undefined }), 'Error'],
  ['a name that is an object', Object.assign(new Error('boom'), { name: {} }), 'Error: boom'],
  ['a message that is a symbol', Object.assign(new Error(''), { message: Symbol('x') }), unreadable()],
  ['no prototype', Object.create(null), 'thrown: {}'],
  [
    'fields that throw when they are read',
    new Proxy(
      {},
      {
        get() {
          throw new Error('no')
        },
      },
    ),
    unreadable(),
  ],
]

function unreadable(): string {
  return 'thrown: (a value that cannot be read)'
}

for (const [title, thrown, message] of odd)
  test(`whatever is thrown is a failure and an exception: ${title}`, async () => {
    const { runtime, recorder } = testRun()
    const failing = runtime.environment.measure({ type: 'M', name: 'odd' }, () => {
      throw thrown
    })
    await failing.then(assert.fail, (error: unknown) => void assert.equal(error === thrown, true))
    assert.equal(recorder.take().requests[0]?.failed.count, 1)
    assert.equal(tracebackOf(thrown).message, message)
  })

test('a measure without a type or a name is refused, and never runs', async () => {
  const { runtime, recorder } = testRun()
  for (const what of [{ method: 'SQL', name: 'select' }, { type: 'SQL' }, { type: 'SQL', name: '' }])
    await assert.rejects(
      runtime.environment.measure(what as never, () => assert.fail('ran')),
      { name: 'TypeError', message: /^measure\(\) got .*: give it a type and a name/ },
    )
  assert.deepEqual(recorder.take().requests, [])
})

test('tracebacks keep the user’s frames, with causes, and take any thrown value', () => {
  const error = new Error('outer', { cause: new TypeError('inner') })
  error.stack = [
    'Error: outer',
    '    at buy (/home/me/shop.ts:3:1)',
    '    at async Object.x (node:internal/process:1:1)',
    `    at UserLoop.run (${new URL('../running/user-loop.ts', import.meta.url).href}:3:4)`,
    '    at new Promise (<anonymous>)',
  ].join('\n')
  ;(error.cause as Error).stack = 'TypeError: inner\n    at read (/home/me/lib/cart.ts:9:9)'
  assert.deepEqual(tracebackOf(error), {
    message: 'Error: outer',
    traceback:
      '    at buy (/home/me/shop.ts:3:1)\n  caused by TypeError: inner\n    at read (/home/me/lib/cart.ts:9:9)',
  })
  // awaited together, by the load file and then by us: neither which one of them it was nor who awaits the users tells them apart
  error.stack = `E: x\n    at U.t (/shop.ts:8:13)\n    at async Promise.all (index 7)\n    at async U.both (/shop.ts:3:5)\n    at async Promise.all (index 2)\n    at async Promise.all (index 0)`
  error.cause = undefined
  assert.equal(
    tracebackOf(error).traceback,
    '    at U.t (/shop.ts:8:13)\n    at async Promise.all\n    at async U.both (/shop.ts:3:5)',
  )
  assert.deepEqual(tracebackOf({ status: 3 }), { message: 'thrown: {"status":3}', traceback: '' })
  assert.deepEqual(tracebackOf(null), { message: 'thrown: null', traceback: '' })
})

test('a measure under way waits; given up, what comes of it later counts no more', async () => {
  const { runtime, recorder } = testRun()
  const { meter } = runtime
  const waiting = () => {
    const found: string[] = []
    meter.underWay.each((method, name, startedAt) => found.push(`${method} ${name} ${startedAt <= meter.now()}`))
    return found
  }
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  const [soon, late, bad] = gates.map(({ promise }, i) =>
    runtime.environment.measure({ type: 'M', name: `${i}` }, () => promise),
  )
  assert.deepEqual(waiting(), ['M 0 true', 'M 1 true', 'M 2 true'])
  gates[0].resolve()
  await soon
  assert.deepEqual(waiting(), ['M 1 true', 'M 2 true'])
  meter.underWay.giveUp((method, name) => recorder.request(method, name).abort(7_000))
  gates[1].resolve()
  gates[2].reject(new Error('late'))
  await late
  await assert.rejects(bad as Promise<unknown>, /late/)
  assert.deepEqual(
    recorder
      .take()
      .requests.map(({ name, ok, failed, unanswered }) => [name, ok.count, failed.count, unanswered?.count]),
    [
      ['0', 1, 0, undefined],
      ['1', 0, 0, 1],
      ['2', 0, 0, 1],
    ],
  )
})
