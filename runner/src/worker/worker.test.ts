import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { StopUser } from '../environment/control-flow.ts'
import { events } from '../hooks/events.ts'
import { planOf } from '../plan/plan.fixture.ts'
import { redact, redactPrinted } from '../secrets/redactions.ts'
import { Aggregate } from '../stats/aggregate.ts'
import { User, type UserClass } from '../tasks/user.ts'
import { constant } from '../tasks/waits.ts'
import { memoryLink } from '../transport/memory.ts'
import type { Target, ToMaster, ToWorker } from '../transport/messages.ts'
import { Worker } from './worker.ts'
import type { WorkerOptions } from './worker-options.ts'

afterEach(() => events.removeAllListeners())

class Idle extends User {
  static override tasks = { measured: 1 }
  override waitTime = constant(0.02)
  measured() {
    return this.environment.measure({ type: 'TEST', name: 'measured' }, () => {})
  }
}

function rig(classes: Record<string, UserClass>, more: { load?: string; role?: WorkerOptions['role'] } = {}) {
  const plan = planOf({
    files: [`load:\n  file: x.ts\n  host: http://localhost\n  stopTimeout: 500ms\n${more.load ?? ''}`],
  })
  const [toWorker, toMaster] = memoryLink<ToWorker, ToMaster>()
  const worker = new Worker({
    plan,
    link: toMaster,
    classes: new Map(Object.entries(classes)),
    params: { tenant: 'blue' },
    role: more.role ?? 'local',
    version: '1.2.3',
  })
  const heard: ToMaster[] = []
  toWorker.receive((message) => heard.push(message))
  let closed = false
  toWorker.closed(() => {
    closed = true
  })
  let timestamp = 0
  const of = <Type extends ToMaster['type']>(type: Type) =>
    heard.filter((message): message is Extract<ToMaster, { type: Type }> => message.type === type)
  return {
    worker,
    heard,
    of,
    isClosed: () => closed,
    join: () => worker.join(),
    tell: (message: ToWorker) => toWorker.send(message),
    start: (setupData?: unknown) =>
      toWorker.send({ type: 'start', startedAtEpochMs: performance.timeOrigin + performance.now(), setupData }),
    spawn: (users: Record<string, number>, more: Partial<Target> = {}) =>
      toWorker.send({ type: 'spawn', target: { timestamp: ++timestamp, users, ...more } }),
    stop: async () => {
      toWorker.send({ type: 'stop' })
      await until(() => of('client_stopped').length > 0)
    },
    quit: async () => {
      toWorker.send({ type: 'quit', exitCode: 0 })
      await until(() => closed)
    },
    total: () => {
      const total = new Aggregate()
      for (const { intervals } of of('stats')) for (const { stats } of intervals) total.merge(stats)
      return total
    },
  }
}

async function until(holds: () => boolean) {
  for (const end = performance.now() + 30_000; !holds(); await sleep(2)) assert.ok(performance.now() < end, `${holds}`)
}

const listeners = () => process.listenerCount('unhandledRejection')

test('joins, runs what it is told, reports, stops and leaves nothing behind', async () => {
  const before = listeners()
  let data: unknown
  class Reads extends Idle {
    override onStart() {
      data = [this.environment.data, this.environment.params.tenant]
    }
  }
  class None extends User {}
  const run = rig({ Reads, None })
  await run.join()
  await until(() => run.heard.length > 0)
  assert.deepEqual(run.heard, [
    { type: 'client_ready', version: '1.2.3', classes: [{ name: 'Reads', weight: 1, fixedCount: 0 }] },
  ])
  run.start({ token: 7 })
  run.spawn({ Reads: 3 })
  await until(() => run.of('spawning_complete').length > 0)
  assert.deepEqual(run.of('spawning_complete')[0]?.users, { Reads: 3 })
  assert.deepEqual(
    run.heard.slice(1, 3).map(({ type }) => type),
    ['spawning', 'spawning_complete'],
  )
  await sleep(120)
  await run.stop()
  assert.deepEqual(data, [{ token: 7 }, 'blue'])
  assert.deepEqual(
    run.heard.slice(-2).map(({ type }) => type),
    ['stats', 'client_stopped'],
  )
  assert.ok(run.total().total.requests >= 9, `${run.total().total.requests}`)
  await run.quit()
  assert.equal(run.heard.at(-1)?.type, 'quit')
  assert.equal(listeners(), before)
})

test('a run of a fraction of a second says how many users it had', async () => {
  const run = rig({ Idle })
  await run.join()
  run.start()
  run.spawn({ Idle: 5 })
  await sleep(200)
  await run.stop()
  const [interval, ...more] = run.of('stats').flatMap(({ intervals }) => intervals)
  assert.equal(more.length, 0)
  assert.deepEqual([interval?.second, interval?.users], [0, { Idle: 5 }])
  await run.quit()
})

test('what users did is in the report to the last one, over several seconds', async () => {
  let done = 0
  class Counts extends Idle {
    override async measured() {
      await super.measured()
      done++
    }
  }
  const run = rig({ Counts })
  await run.join()
  run.start()
  run.spawn({ Counts: 4 })
  await sleep(2_150)
  await run.stop()
  assert.equal(run.total().request('TEST', 'measured')?.requests, done)
  assert.deepEqual(
    run.of('stats').flatMap(({ intervals }) => intervals.map(({ second }) => second)),
    [0, 1, 2],
  )
  await run.quit()
})

test('only newer targets are applied, and none after the stop', async () => {
  const run = rig({ Idle })
  await run.join()
  run.start()
  run.spawn({ Idle: 2 }, { timestamp: 10 })
  run.spawn({ Idle: 9 }, { timestamp: 9 })
  run.spawn({ Idle: 9 }, { timestamp: 10 })
  await until(() => run.of('spawning_complete').length > 0)
  await sleep(50)
  assert.deepEqual([run.of('spawning').length, run.of('spawning_complete').at(-1)?.users], [1, { Idle: 2 }])
  run.spawn({ Idle: 1 }, { timestamp: 11 })
  await until(() => run.of('spawning_complete').length === 2)
  assert.deepEqual(run.of('spawning_complete').at(-1)?.users, { Idle: 1 })
  await run.stop()
  run.spawn({ Idle: 5 }, { timestamp: 12 })
  await sleep(50)
  assert.equal(run.of('spawning').length, 2)
  run.tell({ type: 'stop' })
  await sleep(20)
  assert.equal(run.of('client_stopped').length, 1)
  await run.quit()
})

test('a stop before any start is answered, with no report', async () => {
  const run = rig({ Idle })
  await run.join()
  await run.stop()
  assert.equal(run.of('stats').length, 0)
  await run.quit()
})

test('when all users have ended by themselves it says so', async () => {
  class Leaves extends Idle {
    override measured(): Promise<void> {
      throw new StopUser()
    }
  }
  const run = rig({ Leaves })
  await run.join()
  run.start()
  run.spawn({ Leaves: 2 })
  await until(() => run.of('exhausted').length === 1)
  await run.stop()
  assert.deepEqual(run.of('stats')[0]?.intervals[0]?.users, { Leaves: 2 })
  await run.quit()
})

test('a user may ask the master to end the run', async () => {
  class Stops extends Idle {
    override async measured() {
      this.environment.stop('sold out', 'failed')
    }
  }
  const run = rig({ Stops })
  await run.join()
  run.start()
  run.spawn({ Stops: 3 })
  await until(() => run.of('stop_request').length > 0)
  await run.stop()
  assert.deepEqual(run.of('stop_request'), [{ type: 'stop_request', reason: 'sold out', outcome: 'failed' }])
  await run.quit()
})

test('arrivals start and are counted', async () => {
  const run = rig({ Idle }, { load: '  profile: { kind: arrivals, rate: 100/s, runTime: 1s, maxUsers: 5 }\n' })
  await run.join()
  run.start()
  const arrivals = {
    fromMs: 0,
    untilMs: 200,
    rateFrom: 100,
    rateUntil: 100,
    before: 0,
    index: 0,
    workers: 1,
    maxUsers: 5,
  }
  run.spawn({}, { arrivals })
  await sleep(300)
  await run.stop()
  const counts = run.of('stats').flatMap(({ intervals }) => intervals.map((interval) => interval.arrivals))
  const sum = (of: 'offered' | 'started' | 'dropped') => counts.reduce((all, part) => all + (part?.[of] ?? 0), 0)
  assert.deepEqual([sum('offered'), sum('started') + sum('dropped')], [20, 20])
  assert.equal(run.total().total.requests, sum('started'))
  await run.quit()
})

test('a reset forgets what was measured', async () => {
  const run = rig({ Idle }, { load: '  stats: { reportInterval: 30s }\n' })
  await run.join()
  run.start()
  run.spawn({ Idle: 5 })
  await sleep(200)
  run.spawn({ Idle: 0 })
  await sleep(50)
  run.tell({ type: 'reset_stats' })
  await run.stop()
  assert.equal(run.total().total.requests, 0)
  await run.quit()
})

test('random names, errors, exceptions and what throws among listeners are told to the master once each', async () => {
  let n = 0
  class Random extends Idle {
    override waitTime = constant(0)
    override measured(): Promise<void> {
      const { runtime } = this as unknown as { runtime?: unknown }
      void runtime
      return this.environment.measure({ type: 'TEST', name: `name ${n++}` }, () => {
        throw new Error(`text ${String.fromCharCode(97 + (n % 26))}${n}`)
      })
    }
  }
  events.request.addListener(() => {
    throw new Error('listener')
  })
  const run = rig({ Random }, { load: '  maxNames: 5\n' })
  await run.join()
  run.start()
  run.spawn({ Random: 5 })
  await until(() => n > 1_500)
  await run.stop()
  const kinds = run.of('event').map(({ kind }) => kind)
  assert.deepEqual(kinds.filter((kind) => kind === 'names_capped').length, 1)
  assert.deepEqual(kinds.filter((kind) => kind === 'listener_failed').length, 1)
  assert.equal(kinds.filter((kind) => kind === 'exceptions_capped').length, 1)
  assert.ok(run.total().requests().length <= 6)
  assert.ok(run.total().exceptions().length <= 501)
  await run.quit()
})

test('in a process of its own, a worker fires the hooks of the load file; in a local run the master does', async () => {
  const fireOf = async (role: WorkerOptions['role']) => {
    const fired: string[] = []
    for (const hook of ['init', 'testStart', 'testStopping', 'testStop', 'quitting', 'resetStats'] as const)
      events[hook].addListener(async () => {
        await sleep(10)
        fired.push(hook)
      })
    events.spawningComplete.addListener(({ userCount }) => fired.push(`spawningComplete ${userCount}`))
    events.quit.addListener(({ exitCode }) => fired.push(`quit ${exitCode}`))
    const first = { user: false }
    class Says extends Idle {
      override onStart() {
        if (!first.user) fired.push('user')
        first.user = true
      }
    }
    const run = rig({ Says }, { role })
    await run.join()
    run.start()
    run.spawn({ Says: 2 })
    await until(() => run.of('spawning_complete').length > 0)
    run.tell({ type: 'spawning_complete', userCount: 8 })
    run.tell({ type: 'reset_stats' })
    await sleep(30)
    await run.stop()
    await run.quit()
    events.removeAllListeners()
    return fired
  }
  assert.deepEqual(await fireOf('worker'), [
    'init',
    'testStart',
    'user',
    'spawningComplete 8',
    'resetStats',
    'testStopping',
    'testStop',
    'quitting',
    'quit 0',
  ])
  assert.deepEqual(await fireOf('local'), ['user'])
})

test('suspended it stops its users, says so, and takes the next target; resumed it goes on with the last', async () => {
  const run = rig({ Idle })
  await run.join()
  run.worker.suspend() // of no target: nothing to say
  run.start()
  run.spawn({ Idle: 3 })
  await until(() => run.of('spawning_complete').at(-1)?.users.Idle === 3)
  run.worker.suspend()
  await until(() => run.of('spawning_complete').at(-1)?.users.Idle === 0)
  assert.deepEqual(
    run.of('suspended').map(({ newest }) => newest),
    [1],
  )
  run.worker.resume()
  await until(() => run.of('spawning_complete').at(-1)?.users.Idle === 3)
  run.worker.suspend()
  run.spawn({ Idle: 1 })
  await until(() => run.of('spawning_complete').at(-1)?.users.Idle === 1)
  await run.stop()
  run.worker.suspend()
  run.worker.resume()
  await run.quit()
  assert.equal(run.of('suspended').length, 2)
})

test('passwords that come after the plan are not printed by its load file either, as in the process that read the plan', async () => {
  const run = rig({ Idle }, { role: 'worker' })
  await run.join()
  const host = 'http://ann:p%40ssw0rd-1@shop.test'
  run.tell({ type: 'credentials', host, proxy: 'http://bob:pr0xy-word@proxy.test:3128' })
  await until(() => run.worker.environment.host === host)
  for (const show of [redact, redactPrinted])
    assert.doesNotMatch(show(`${host} p@ssw0rd-1 bob:pr0xy-word`), /ssw0rd|pr0xy-word/)
  await run.quit()
})
