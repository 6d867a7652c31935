import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Criterion } from '../verdict/criterion.ts'
import { classInfo, ScriptedWorker, sourceOf, workerInterval } from './master.fixture.ts'
import { forMs, rig } from './master-rig.fixture.ts'

test('a run: wait for workers, start, dispatch, drain, judge; every hook once and in order', async () => {
  const worker = new ScriptedWorker()
  const { master, sink, called } = rig([worker])
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
  assert.equal(start?.startedAtEpochMs, sink.started?.startedAt)
  assert.deepEqual(sink.told, ['start', 'interval', 'finish'])
  assert.deepEqual(sink.started?.userClasses, ['U'])
  const finished = sink.finished
  assert.equal(finished?.stats.total.requests, 3)
  assert.deepEqual(finished?.users, { peak: 4, byClass: { U: 4 } })
  const { askedUserSeconds = 0, userSeconds } = finished?.load ?? {}
  assert.ok(askedUserSeconds > 0.4 && userSeconds === askedUserSeconds, `${userSeconds} of ${askedUserSeconds}`)
  assert.ok((finished?.durationMs ?? 0) >= 150)
})

test('workers share, and the same second of all is one interval', async () => {
  const workers = [new ScriptedWorker(), new ScriptedWorker()]
  const { master, sink } = rig(workers, { source: forMs(150, { users: 5 }) })
  await master.run()
  assert.deepEqual(workers.map(({ users }) => users.U).sort(), [2, 3])
  assert.equal(sink.intervals.length, 1)
  assert.deepEqual([sink.intervals[0]?.userCount, sink.intervals[0]?.targetUsers], [5, 5])
  assert.equal(sink.finished?.stats.total.requests, 6)
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
    [['broken', 'interrupted by SIGINT before its load was over']],
  )
  assert.equal(called.filter((name) => name === 'testStopping').length, 1)
})

test('a stop while workers are waited for ends it too', async () => {
  const { master, sink } = rig([new ScriptedWorker([])])
  setTimeout(() => master.command({ kind: 'stop', reason: 'enough', cause: 'interrupted' }), 30)
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'broken')
  assert.ok(sink.told.includes('finish'))
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
  const { master, sink } = rig([worker], { source: forMs(60_000), criteria: [criterion] })
  const verdict = await master.run()
  assert.equal(verdict.exitCode, 1)
  assert.deepEqual(
    sink.events.map(({ kind, text }) => [kind, text]),
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
  const { master, sink, called } = rig([worker])
  setTimeout(() => master.command({ kind: 'reset' }), 80)
  await master.run()
  assert.equal(called.filter((name) => name === 'resetStats').length, 1)
  assert.ok(worker.types().includes('reset_stats'))
  assert.equal(sink.finished?.stats.total.requests, 1)
})

test('a worker may take its time to stop: its last report is waited for', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    stop: (self) => {
      setTimeout(() => self.say({ type: 'stats', intervals: [workerInterval(0, 7)] }), 100)
      setTimeout(() => self.say({ type: 'client_stopped' }), 150)
    },
  })
  const { master, sink } = rig([worker])
  const verdict = await master.run()
  assert.equal(verdict.outcome, 'passed')
  assert.equal(sink.finished?.stats.total.requests, 7)
})

test('a worker that never stops is broken, in bounded time, with what it had reported', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    start: (self) => self.say({ type: 'stats', intervals: [workerInterval(0, 5)] }),
    stop: () => {},
  })
  const { master, sink } = rig([worker])
  const began = performance.now()
  const verdict = await master.run()
  assert.ok(performance.now() - began < 20_000)
  assert.deepEqual(
    verdict.findings.map(({ text }) => text),
    ['worker w0 did not stop in time; its last report is missing'],
  )
  assert.equal(sink.finished?.stats.total.requests, 5)
})

test('when every user has ended and no more will come, the run is over', async () => {
  const worker = new ScriptedWorker([classInfo('U')], { spawn: (self) => self.say({ type: 'exhausted' }) })
  const { master, sink } = rig([worker], { source: forMs(60_000) })
  await master.run()
  assert.deepEqual(
    sink.events.map(({ kind }) => kind),
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
  const { master, sink } = rig([worker], { source })
  await master.run()
  assert.deepEqual(sink.events, [])
  assert.ok((sink.finished?.durationMs ?? 0) >= 300)
})

test('events of a worker reach outputs and criteria', async () => {
  const worker = new ScriptedWorker([classInfo('U')], {
    start: (self) => self.say({ type: 'event', kind: 'listener_failed', text: 'a listener of request threw: x' }),
  })
  const { master, sink } = rig([worker])
  assert.equal((await master.run()).outcome, 'broken')
  assert.deepEqual(sink.told.slice(0, 2), ['start', 'event listener_failed'])
})

test('what happened before the start is told after it', async () => {
  const worker = new ScriptedWorker()
  worker.say({ type: 'event', kind: 'warning', text: 'early' })
  const { master, sink } = rig([worker], { failing: { setup: () => sleep(30) } })
  await master.run()
  assert.deepEqual(sink.told.slice(0, 2), ['start', 'event warning'])
  assert.equal(sink.events[0]?.atMs, 0)
})

test('a class that no worker has ends the run at once, whatever else they have', async () => {
  const worker = new ScriptedWorker([classInfo('A')])
  const { master, sink } = rig([], {
    source: forMs(5_000),
    userClasses: { names: ['A', 'B'], chosen: true },
  })
  master.join('w0', worker.masterEnd, { kind: 'locust' })
  const { outcome, findings } = await master.run()
  assert.equal(outcome, 'broken')
  assert.equal(findings[0]?.text, 'user class B runs on no worker: did you mean A? the workers have A')
  assert.ok(sink.finished!.durationMs < 1_000)
})

test('arrivals: on a slow way the run begins when the first orders are there; users are not waited for', async () => {
  const arrivals = {
    cut: (fromMs: number, untilMs: number) => [{ fromMs, untilMs, rateFrom: 10, rateUntil: 10, before: fromMs / 100 }],
    maxUsers: 5,
  }
  for (const [aheadMs, more] of [
    [300, { arrivals, source: forMs(150, { arrivalsPerSecond: 10 }) }],
    [0, {}],
  ] as const) {
    const worker = new ScriptedWorker()
    worker.say({ type: 'heartbeat', state: 'ready', cpuPercent: 1, rssBytes: 1, roundTripMs: 300 })
    const { master, sink } = rig([worker], more)
    await master.run()
    const start = worker.heard.find((message) => message.type === 'start')
    assert.equal(start?.startedAtEpochMs, sink.started?.startedAt)
    const orderedAheadMs = (start?.startedAtEpochMs ?? 0) - (worker.targets[0]?.timestamp ?? 0) * 1_000
    // the two clocks may be some ms apart
    assert.ok(aheadMs > 0 ? orderedAheadMs > 50 : orderedAheadMs < 50, `${orderedAheadMs} ms ahead`)
    assert.ok(worker.types().indexOf('start') < worker.types().indexOf('spawn'))
  }
})
