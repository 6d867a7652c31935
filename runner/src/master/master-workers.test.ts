import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../transport/messages.ts'
import { LostWorkers } from '../verdict/lost-workers.ts'
import { classInfo, plan, ScriptedWorker, sourceOf } from './master.fixture.ts'
import { forMs, rig } from './master-rig.fixture.ts'
import { livenessLimits } from './workers/liveness.ts'

/** A load that lasts until something has happened, however long that takes. */
const until = (happened: () => boolean, users = 4) =>
  sourceOf((at) => (happened() || at > 20_000 ? undefined : { users }))

test('a worker that goes in the middle leaves its users to the others, and an event', async () => {
  const [goes, stays] = [new ScriptedWorker(), new ScriptedWorker()]
  const { master, sink } = rig([goes, stays], { source: until(() => stays.targets.length > 1) })
  setTimeout(() => goes.toMaster.close(), 100)
  await master.run()
  assert.deepEqual(
    stays.targets.map(({ users }) => users.U),
    [2, 4],
  )
  assert.deepEqual(
    sink.events.map(({ kind }) => kind),
    ['worker_lost'],
  )
  assert.equal(sink.finished?.stats.total.requests, 3)
})

test('a worker that stands in for another has its users at once, and nobody else’s users move', async () => {
  const [goes, stays, comes] = [new ScriptedWorker(), new ScriptedWorker(), new ScriptedWorker([])]
  // in one go, as a server of peers does it: the one before is gone, and this one is there and ready
  const link: typeof comes.masterEnd = {
    send: (message) => comes.masterEnd.send(message),
    receive: (handler) => {
      comes.masterEnd.receive(handler)
      handler({ type: 'client_ready', version: '0', classes: [classInfo('U')] })
    },
    closed: () => {},
    close: () => {},
  }
  // dealt by ids the next user would be w1's, whatever the name of the one in the place of w0
  const { master, sink } = rig([goes, stays], { source: until(() => comes.targets.length > 0, 5) })
  setTimeout(() => {
    goes.toMaster.close()
    queueMicrotask(() => master.join('z', link, { replaces: 'w0' }))
  }, 100)
  await master.run()
  assert.deepEqual(
    [goes, stays, comes].map(({ targets }) => targets.map(({ users }) => users.U)),
    [[3], [2], [3]],
  )
  assert.deepEqual(
    sink.events.map(({ kind }) => kind),
    ['worker_lost'],
  )
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

test('a worker whose lease is over is given its users anew, and they are missing until then', async () => {
  let suspended = false
  const worker = new ScriptedWorker([classInfo('U')], {
    spawn: (self) => {
      const { timestamp, users } = self.targets.at(-1) as Target
      self.say({ type: 'spawning_complete', users })
      if (suspended || (users.U ?? 0) < 4) return
      suspended = true
      setTimeout(() => {
        self.say({ type: 'suspended', newest: timestamp, atMs: -5_000 }) // no clock is so wrong: it counts from the run's start
        self.say({ type: 'spawning_complete', users: { U: 0 } })
      }, 150)
    },
  })
  const { master, sink } = rig([worker], { source: forMs(300), criteria: [new LostWorkers('rebalance')] })
  const verdict = await master.run()
  assert.deepEqual(
    worker.targets.map(({ users }) => users.U),
    [4, 4],
  )
  assert.deepEqual(
    sink.events.map(({ kind }) => kind),
    ['lease_over'],
  )
  assert.equal(verdict.outcome, 'broken')
  const { value = 0 } = verdict.findings.find(({ limit }) => limit !== undefined) ?? {}
  assert.ok(value > 0.3 && value <= 1, `${value} of 4 users for 300 ms`)
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
    const { master } = rig([worker], { platform, waitForWorkers: { expect: 2, maxWaitMs: 50 } })
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
  const { master, sink } = rig(workers, { platform, criteria: [new LostWorkers('rebalance')] })
  setTimeout(() => workers[0]!.toMaster.close(), 50)
  const { findings } = await master.run()
  assert.ok(
    findings.some(({ kind, text }) => kind === 'workers' && text === 'w0: OOMKilled'),
    JSON.stringify(findings),
  )
  assert.deepEqual(platform.asked, ['troubles'])
  assert.ok(sink.finished!.durationMs < 1_000, `${sink.finished?.durationMs} ms`)
})

test('where all goes well nobody is asked', async () => {
  const platform = platformOf(['never'], true)
  await rig([new ScriptedWorker()], { platform }).master.run()
  assert.deepEqual(platform.asked, [])
})

/** Workers over a network, which may fall silent: missing after 0.3 s, released after `releaseMs`. */
function overNetwork(workers: ScriptedWorker[], more: Parameters<typeof rig>[1], releaseMs = 60_000) {
  const limits = { ...livenessLimits(300), releaseMs, releaseUnleasedMs: releaseMs }
  const rigged = rig([], { liveness: limits, waitForWorkers: { expect: workers.length, maxWaitMs: 5_000 }, ...more })
  for (const [i, worker] of workers.entries()) rigged.master.join(`w${i}`, worker.masterEnd, { kind: 'katydid' })
  return rigged
}

const beating = (worker: ScriptedWorker) => {
  const beat = setInterval(() => worker.say({ type: 'heartbeat', state: 'ready', cpuPercent: 1, rssBytes: 1 }), 50)
  return { [Symbol.dispose]: () => clearInterval(beat) }
}

test('a worker that reports every 10 s is not stuck, whatever is said of how long one may be silent', async () => {
  const worker = new ScriptedWorker()
  using _ = beating(worker)
  const { master, sink } = rig([], {
    source: forMs(900),
    liveness: { ...livenessLimits(), stuckMs: 200 },
    plan: plan('  stats: { reportInterval: 10s }'),
  })
  master.join('w0', worker.masterEnd, { kind: 'katydid' })
  await master.run()
  assert.deepEqual(sink.events, [])
})

for (const others of [1, 0])
  test(`a worker that is silent when the load begins, ${others ? 'beside another' : 'the only one'}: it is told of the start before it has users`, async () => {
    const silent = new ScriptedWorker()
    const there = Array.from({ length: others }, () => new ScriptedWorker())
    using stack = new DisposableStack()
    for (const worker of there) stack.use(beating(worker))
    const { master, sink } = overNetwork([silent, ...there], {
      source: forMs(1_500),
      failing: { setup: () => sleep(800) },
    })
    setTimeout(() => stack.use(beating(silent)), 1_200)
    await master.run()
    assert.deepEqual(silent.types().slice(0, 3), ['ack', 'start', 'spawn'])
    assert.ok(silent.targets.some(({ users }) => (users.U ?? 0) > 0))
    assert.ok(sink.events.some(({ kind }) => kind === 'worker_back'))
  })

test('a worker that is silent may have users: that all others have ended is not the end', async () => {
  const done = new ScriptedWorker([classInfo('U')], {
    spawn: (self) => {
      self.say({ type: 'spawning_complete', users: { U: 0 } })
      self.say({ type: 'exhausted' })
    },
  })
  const silent = new ScriptedWorker()
  using _ = beating(done)
  const { master, sink } = overNetwork([done, silent], { source: forMs(1_500) })
  await master.run()
  const kinds = sink.events.map(({ kind }) => kind)
  assert.ok(kinds.includes('worker_lost'), kinds.join())
  assert.ok(!kinds.includes('exhausted'), kinds.join())
})
