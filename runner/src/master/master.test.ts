import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Load } from '../profile/profile.ts'
import type { Target } from '../transport/messages.ts'
import type { Criterion } from '../verdict/criterion.ts'
import { LostWorkers } from '../verdict/lost-workers.ts'
import { RunEvents } from '../verdict/run-events.ts'
import type { RunHooks } from './hooks.ts'
import { classInfo, Listening, plan, ScriptedWorker, sourceOf, workerInterval } from './master.fixture.ts'
import { Master } from './master.ts'
import type { MasterOptions } from './master-options.ts'

const hookNames = ['init', 'setup', 'testStart', 'testStopping', 'teardown', 'testStop', 'quitting', 'quit'] as const
const forMs = (ms: number, load: Load = { users: 4 }) => sourceOf((at) => (at < ms ? load : undefined))

function rig(workers: ScriptedWorker[], more: Partial<MasterOptions> & { failing?: Partial<RunHooks> } = {}) {
  const { failing, ...options } = more
  const called: string[] = []
  const say = (name: string) => async () => void called.push(name)
  const hooks: RunHooks = {
    init: say('init'),
    setup: async () => {
      called.push('setup')
      return { token: 1, at: new Date(0), nothing: undefined }
    },
    testStart: say('testStart'),
    spawningComplete: (users) => called.push(`spawningComplete ${users}`),
    resetStats: () => called.push('resetStats'),
    testStopping: say('testStopping'),
    teardown: async (data) => void called.push(`teardown ${JSON.stringify(data)}`),
    testStop: say('testStop'),
    quitting: say('quitting'),
    quit: (exitCode) => called.push(`quit ${exitCode}`),
    ...failing,
  }
  const audience = new Listening()
  const log = { ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((l) => [l, mock.fn()])) }
  const master = new Master({
    plan: plan(),
    source: forMs(150),
    durationMs: 150,
    criteria: [new RunEvents(true)],
    hooks,
    audience,
    log: log as unknown as MasterOptions['log'],
    drainGraceMs: 100,
    ...options,
  })
  for (const [i, worker] of workers.entries()) master.join(`w${i}`, worker.masterEnd)
  return { master, audience, called }
}

test('a run: gather, start, dispatch, drain, judge; every hook once and in order', async () => {
  const worker = new ScriptedWorker()
  const { master, audience, called } = rig([worker])
  const verdict = await master.run()
  assert.deepEqual([verdict.outcome, verdict.exitCode], ['passed', 0])
  assert.deepEqual(called, [
    'init',
    'setup',
    'testStart',
    'spawningComplete 4',
    'testStopping',
    'teardown {"token":1,"at":"1970-01-01T00:00:00.000Z"}',
    'testStop',
    'quitting',
    'quit 0',
  ])
  assert.deepEqual(worker.types(), ['ack', 'start', 'spawn', 'spawning_complete', 'stop', 'quit'])
  const start = worker.heard.find((message) => message.type === 'start')
  assert.deepEqual(start?.setupData, { token: 1, at: '1970-01-01T00:00:00.000Z' })
  assert.equal(start?.startedAtEpochMs, audience.started?.startedAt)
  assert.deepEqual(audience.told, ['start', 'interval', 'finish'])
  assert.deepEqual(audience.started?.userClasses, ['U'])
  const finished = audience.finished
  assert.equal(finished?.stats.total.requests, 3)
  assert.deepEqual(finished?.users, { peak: 4, byClass: { U: 4 } })
  assert.deepEqual([finished?.load?.askedUserSeconds, finished?.load?.userSeconds], [4, 4])
  assert.ok((finished?.durationMs ?? 0) >= 150)
})

test('workers share, and the same second of all is one interval', async () => {
  const workers = [new ScriptedWorker(), new ScriptedWorker()]
  const { master, audience } = rig(workers, { source: forMs(150, { users: 5 }) })
  await master.run()
  assert.deepEqual(workers.map(({ users }) => users.U).sort(), [2, 3])
  assert.equal(audience.intervals.length, 1)
  assert.deepEqual([audience.intervals[0]?.userCount, audience.intervals[0]?.targetUsers], [5, 5])
  assert.equal(audience.finished?.stats.total.requests, 6)
})

for (const failing of hookNames)
  test(`a ${failing} that throws makes the run broken, and the rest still happens`, async () => {
    const worker = new ScriptedWorker()
    const { master, audience, called } = rig([worker], {
      failing: {
        [failing]: () => {
          called.push(failing)
          throw new Error('no way')
        },
      },
    })
    const verdict = await master.run()
    assert.deepEqual([verdict.outcome, verdict.exitCode], ['broken', 2])
    assert.deepEqual(
      verdict.findings.map(({ text }) => text),
      [`${failing} failed: no way`],
    )
    const ran = ['init', 'setup', 'testStart'].includes(failing)
    const names = called.map((name) => name.split(' ')[0])
    const expected = ran
      ? [...hookNames.slice(0, hookNames.indexOf(failing) + 1), ...hookNames.slice(3)]
      : [...hookNames.slice(0, 3), 'spawningComplete', ...hookNames.slice(3)]
    assert.deepEqual(names, expected)
    assert.equal(worker.types().includes('start'), !ran)
    assert.deepEqual(worker.types().slice(-2), ['stop', 'quit'])
    assert.equal(audience.told[0], 'start')
    assert.ok(audience.told.includes('event hook_failed') && audience.told.includes('finish'))
    assert.equal(audience.told.filter((what) => what === 'start').length, 1)
  })

test('setup whose result is not JSON is broken, and says so', async () => {
  const { master } = rig([new ScriptedWorker()], { failing: { setup: async () => ({ big: 1n }) } })
  const verdict = await master.run()
  assert.match(verdict.findings[0]?.text ?? '', /^setup failed: setup\(\) returned something that is not JSON: /)
})

const never = () => new Promise<never>(() => {})

test('a setup() that does not end in its time: broken, nothing is loaded, and the rest still happens', async () => {
  const worker = new ScriptedWorker()
  const { master, called } = rig([worker], { plan: plan('  setupTimeout: 50ms'), failing: { setup: never } })
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'broken')
  assert.deepEqual(
    verdict.findings.map(({ text }) => text),
    ['setup failed: not done within 50 ms: load.setupTimeout says how long it may take'],
  )
  assert.deepEqual(called, ['init', 'testStopping', 'teardown undefined', 'testStop', 'quitting', 'quit 2'])
  assert.deepEqual(worker.types(), ['ack', 'stop', 'quit'])
})

test('a teardown() that does not end in its time: broken, with all that was measured', async () => {
  const { master, audience } = rig([new ScriptedWorker()], {
    plan: plan('  teardownTimeout: 50ms'),
    failing: { teardown: never },
  })
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'broken')
  assert.match(verdict.findings[0]?.text ?? '', /^teardown failed: not done within 50 ms: load\.teardownTimeout says/)
  assert.equal(audience.finished?.stats.total.requests, 3)
})

test('a stop while setup() goes on: nobody waits for that', async () => {
  const worker = new ScriptedWorker()
  const { master } = rig([worker], {
    failing: {
      setup: () => {
        master.command({ kind: 'stop', reason: 'interrupted by SIGINT', cause: 'interrupted' })
        return never()
      },
    },
  })
  const verdict = await master.run()
  assert.deepEqual(
    verdict.findings.map(({ kind }) => kind),
    ['interrupted'],
    'and no hook is said to have failed',
  )
  assert.deepEqual(worker.types(), ['ack', 'stop', 'quit'])
})

test('a setup() that stops the run itself comes to its end, and teardown has what it returned', async () => {
  const { master, called } = rig([new ScriptedWorker()], {
    failing: {
      setup: async () => {
        master.command({ kind: 'stop', reason: 'nothing to do', cause: 'user' })
        await sleep(20)
        return { id: 1 }
      },
    },
  })
  const verdict = await master.run()
  assert.ok(!verdict.findings.some(({ text }) => /failed/.test(text)))
  assert.ok(called.includes('teardown {"id":1}'), called.join())
})

test('a stop ends the run at once; the first one counts', async () => {
  const worker = new ScriptedWorker()
  const { master, called } = rig([worker], { source: forMs(60_000), durationMs: 60_000 })
  setTimeout(() => {
    master.command({ kind: 'stop', reason: 'interrupted by SIGINT', cause: 'interrupted' })
    master.command({ kind: 'stop', reason: 'second', cause: 'interrupted' })
  }, 60)
  const verdict = await master.run()
  assert.deepEqual(
    verdict.findings.map(({ outcome, text }) => [outcome, text]),
    [['broken', 'interrupted by SIGINT before its run time was over']],
  )
  assert.equal(called.filter((name) => name === 'testStopping').length, 1)
})

test('a stop while workers are waited for ends it too', async () => {
  const { master, audience } = rig([new ScriptedWorker([])])
  setTimeout(() => master.command({ kind: 'stop', reason: 'enough', cause: 'interrupted' }), 30)
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'broken')
  assert.ok(audience.told.includes('finish'))
})

test('a user may end the run, and say how', async () => {
  for (const [outcome, exitCode] of [
    ['passed', 0],
    ['failed', 1],
    ['broken', 2],
  ] as const) {
    const worker = new ScriptedWorker([classInfo('U')], {
      spawn: (self) => self.say({ type: 'stop_request', reason: 'sold out', outcome }),
    })
    const verdict = await rig([worker], { source: forMs(60_000) }).master.run()
    assert.equal(verdict.exitCode, exitCode)
  }
})

test('a criterion that finds something ends the run now', async () => {
  const seen: number[] = []
  const criterion: Criterion = {
    kind: 'threshold',
    interval(interval, run) {
      seen.push(run.all.total.requests)
      return { outcome: 'failed', kind: 'threshold', text: `too slow in second ${interval.second}` }
    },
    conclude: () => [{ outcome: 'failed', kind: 'threshold', text: 'too slow' }],
  }
  const worker = new ScriptedWorker([classInfo('U')], {
    start: (self) => self.say({ type: 'stats', intervals: [workerInterval(0, 2)] }),
  })
  const { master, audience } = rig([worker], { source: forMs(60_000), criteria: [criterion] })
  const verdict = await master.run()
  assert.equal(verdict.exitCode, 1)
  assert.deepEqual(
    audience.events.map(({ kind, text }) => [kind, text]),
    [['aborted', 'run ended early: too slow in second 0']],
  )
  assert.equal(seen[0], 2)
})

test('a reset goes to hooks and workers, and forgets', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    start: (self) => self.say({ type: 'stats', intervals: [workerInterval(0, 20)] }),
    stop: (self) => {
      self.say({ type: 'stats', intervals: [workerInterval(1, 1)] })
      self.say({ type: 'client_stopped' })
    },
  })
  const { master, audience, called } = rig([worker])
  setTimeout(() => master.command({ kind: 'reset' }), 80)
  await master.run()
  assert.equal(called.filter((name) => name === 'resetStats').length, 1)
  assert.ok(worker.types().includes('reset_stats'))
  assert.equal(audience.finished?.stats.total.requests, 1)
})

test('a worker may take its time to stop: its last report is waited for', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    stop: (self) => {
      setTimeout(() => self.say({ type: 'stats', intervals: [workerInterval(0, 7)] }), 100)
      setTimeout(() => self.say({ type: 'client_stopped' }), 150)
    },
  })
  const { master, audience } = rig([worker])
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'passed')
  assert.equal(audience.finished?.stats.total.requests, 7)
})

test('a worker that never stops is broken, in bounded time, with what it had reported', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    start: (self) => self.say({ type: 'stats', intervals: [workerInterval(0, 5)] }),
    stop: () => {},
  })
  const { master, audience } = rig([worker])
  const began = performance.now()
  const verdict = await master.run()
  assert.ok(performance.now() - began < 1_500)
  assert.deepEqual(
    verdict.findings.map(({ text }) => text),
    ['worker w0 did not stop in time; its last report is missing'],
  )
  assert.equal(audience.finished?.stats.total.requests, 5)
})

test('a worker that goes in the middle leaves its users to the others, and an event', async () => {
  const [goes, stays] = [new ScriptedWorker(), new ScriptedWorker()]
  const { master, audience } = rig([goes, stays], { source: forMs(300) })
  setTimeout(() => goes.toMaster.close(), 100)
  await master.run()
  assert.deepEqual(
    stays.targets.map(({ users }) => users.U),
    [2, 4],
  )
  assert.deepEqual(
    audience.events.map(({ kind }) => kind),
    ['worker_lost'],
  )
  assert.equal(audience.finished?.stats.total.requests, 3)
})

test('when the last worker goes the run is over, and broken', async () => {
  const worker = new ScriptedWorker()
  const { master } = rig([worker], { source: forMs(60_000) })
  setTimeout(() => worker.toMaster.close(), 50)
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'broken')
  assert.ok(verdict.findings.some(({ text }) => text === 'no worker is left'))
})

test('a worker that goes before it was ready is not waited for', async () => {
  const worker = new ScriptedWorker([])
  const { master } = rig([worker])
  setTimeout(() => worker.toMaster.close(), 20)
  assert.equal((await master.run()).outcome, 'broken')
})

test('when every user has ended and no more will come, the run is over', async () => {
  const worker = new ScriptedWorker([classInfo('U')], { spawn: (self) => self.say({ type: 'exhausted' }) })
  const { master, audience } = rig([worker], { source: forMs(60_000) })
  await master.run()
  assert.deepEqual(
    audience.events.map(({ kind }) => kind),
    ['exhausted'],
  )
})

test('users that ended early do not end a run whose ramp has gone on', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    spawn: (self) => {
      self.say({ type: 'spawning' })
      if (self.targets.length === 1) self.say({ type: 'exhausted' })
    },
  })
  const source = {
    ...sourceOf((at) => (at < 300 ? { users: at < 100 ? 1 : 2 } : undefined)),
    mayRise: (at: number) => at < 100,
  }
  const { master, audience } = rig([worker], { source })
  await master.run()
  assert.deepEqual(audience.events, [])
  assert.ok((audience.finished?.durationMs ?? 0) >= 300)
})

test('events of a worker reach outputs and criteria', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    start: (self) => self.say({ type: 'event', kind: 'listener_failed', text: 'a listener of request threw: x' }),
  })
  const { master, audience } = rig([worker])
  assert.equal((await master.run()).outcome, 'broken')
  assert.deepEqual(audience.told.slice(0, 2), ['start', 'event listener_failed'])
})

test('what happened before the start is told after it', async () => {
  const worker = new ScriptedWorker()
  worker.say({ type: 'event', kind: 'warning', text: 'early' })
  const { master, audience } = rig([worker], { failing: { setup: () => sleep(30) } })
  await master.run()
  assert.deepEqual(audience.told.slice(0, 2), ['start', 'event warning'])
  assert.equal(audience.events[0]?.atMs, 0)
})

test('a worker whose lease is over is given its users anew, and they are missing until then', async () => {
  let suspended = false
  const worker = new ScriptedWorker([classInfo('U')], {
    spawn: (self) => {
      const { timestamp, users } = self.targets.at(-1) as Target
      self.say({ type: 'spawning_complete', users })
      if (suspended || (users.U ?? 0) < 4) return
      suspended = true
      self.say({ type: 'suspended', newest: timestamp, atMs: -1_000 })
      self.say({ type: 'spawning_complete', users: { U: 0 } })
    },
  })
  const { master, audience } = rig([worker], { source: forMs(300), criteria: [new LostWorkers('rebalance')] })
  const verdict = await master.run()
  assert.deepEqual(
    worker.targets.map(({ users }) => users.U),
    [4, 4],
  )
  assert.deepEqual(
    audience.events.map(({ kind }) => kind),
    ['lease_over'],
  )
  assert.equal(verdict.outcome, 'broken')
  const { value = 0 } = verdict.findings.find(({ limit }) => limit !== undefined) ?? {}
  assert.ok(value >= 1, `${value} of 4 users for a second, and then some`)
})

test('what a worker was told after its lease was over holds', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    spawn: (self) => {
      const { timestamp, users } = self.targets.at(-1) as Target
      self.say({ type: 'suspended', newest: timestamp - 1, atMs: 0 })
      self.say({ type: 'spawning_complete', users })
    },
  })
  const { master } = rig([worker], { source: forMs(200) })
  await master.run()
  assert.equal(worker.targets.length, 1)
})

/** What makes the workers, as a test has it. */
function platformOf(told: string[], cancelled: boolean) {
  const asked: string[] = []
  return {
    asked,
    async troubles() {
      asked.push('troubles')
      await sleep(1_500)
      return told
    },
    async cancel() {
      asked.push('cancel')
      return cancelled
    },
    cancelRest: async () => {},
  }
}

for (const [cancelled, exitCode] of [
  [true, undefined],
  [false, 3],
] as const)
  test(`workers that did not come: why is asked first, then none is wanted any more; ${cancelled ? 'those that came leave as after a run' : 'where that is not to be had, they fail their Job'}`, async () => {
    const worker = new ScriptedWorker()
    const platform = platformOf(['w1: no room'], cancelled)
    const { master } = rig([worker], { platform, gathering: { expect: 2, maxWaitMs: 50 } })
    const { findings, outcome } = await master.run()
    assert.equal(outcome, 'broken')
    assert.deepEqual(
      findings.map(({ kind, text }) => [kind, text.slice(0, 11)]),
      [
        ['workers_missing', '1 of 2 expe'],
        ['workers_missing', 'w1: no room'],
      ],
    )
    assert.deepEqual(platform.asked, ['troubles', 'cancel'])
    const quit = worker.heard.find(({ type }) => type === 'quit')
    assert.equal(quit?.type === 'quit' && quit.exitCode, exitCode)
  })

test('workers that went: why is told, and the time that it takes to ask is not the run’s', async () => {
  const workers = [new ScriptedWorker(), new ScriptedWorker()]
  const platform = platformOf(['w0: OOMKilled'], true)
  const { master, audience } = rig(workers, { platform, criteria: [new LostWorkers('rebalance')] })
  setTimeout(() => workers[0]!.toMaster.close(), 50)
  const { findings } = await master.run()
  assert.ok(
    findings.some(({ kind, text }) => kind === 'workers' && text === 'w0: OOMKilled'),
    JSON.stringify(findings),
  )
  assert.deepEqual(platform.asked, ['troubles'])
  assert.ok(audience.finished!.durationMs < 1_000, `${audience.finished?.durationMs} ms`)
})

test('where all goes well nobody is asked', async () => {
  const platform = platformOf(['never'], true)
  await rig([new ScriptedWorker()], { platform }).master.run()
  assert.deepEqual(platform.asked, [])
})

test('a class that no worker has ends the run at once, whatever else they have', async () => {
  const worker = new ScriptedWorker([classInfo('A')])
  const { master, audience } = rig([], {
    source: forMs(5_000),
    userClasses: { names: ['A', 'B'], chosen: true },
  })
  master.join('w0', worker.masterEnd, { kind: 'locust' })
  const { outcome, findings } = await master.run()
  assert.equal(outcome, 'broken')
  assert.equal(findings[0]?.text, 'user class B runs on no worker: did you mean A? they have A')
  assert.ok(audience.finished!.durationMs < 1_000)
})
