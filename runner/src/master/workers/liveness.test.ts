import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryLink } from '../../transport/memory.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import { Liveness, livenessLimits } from './liveness.ts'
import { Roster } from './roster.ts'
import type { WorkerKind } from './worker-record.ts'

/** One worker, last heard at 0, and a master that does with the news what ours does; time is moved by hand. */
function rig(kind: WorkerKind = 'katydid') {
  const roster = new Roster()
  const link = Object.assign(memoryLink<ToWorker, ToMaster>()[0], { mayStillRun: false, isCut: true })
  const worker = roster.add('w', link, { kind })
  worker.heardAt = 0
  const news: [what: string, silentMs?: number][] = []
  const liveness = new Liveness(roster, livenessLimits(), {
    missing: (lost, silentMs) => {
      lost.goMissing()
      news.push(['missing', silentMs])
    },
    released: (lost) => {
      lost.users.release()
      news.push(['released'])
    },
    back: (found, silentMs) => {
      found.comeBack()
      news.push(['back', silentMs])
    },
    stuck: (idle, silentMs) => {
      idle.becomeStuck()
      news.push(['stuck', silentMs])
    },
  })
  let now = 0
  liveness.watch(now)
  return {
    worker,
    link,
    news,
    hear: () => liveness.heard(worker, now),
    /** Looks four times a second, as the master does. */
    pass: (ms: number) => {
      for (const until = now + ms; now < until; ) liveness.watch((now += 250))
    },
    standStill: (ms: number) => {
      now += ms
    },
  }
}

test('--heartbeat-liveness moves what has to do with it, and gives nobody up sooner than its lease allows', () => {
  const limits = { missingMs: 8_000, cutMs: 4_000, releaseMs: 11_500, releaseUnleasedMs: 62_000, stuckMs: 5_000 }
  assert.deepEqual(livenessLimits(), limits)
  assert.deepEqual(livenessLimits(3_000), { ...limits, missingMs: 3_000, cutMs: 3_000 })
  assert.deepEqual(livenessLimits(20_000), { ...limits, missingMs: 20_000, releaseMs: 20_000, stuckMs: 20_000 })
  assert.equal(livenessLimits(90_000).releaseUnleasedMs, 90_000)
})

test('a silent worker is missing after four seconds, and its users are others’ after eleven and a half, each said once', () => {
  const { news, pass } = rig()
  pass(3_750)
  assert.deepEqual(news, [])
  pass(250)
  assert.deepEqual(news, [['missing', 4_000]])
  pass(7_250)
  assert.equal(news.length, 1)
  pass(60_000)
  assert.deepEqual(news, [['missing', 4_000], ['released']])
})

test('where its connection is there it is missing after eight seconds: until then it may be slow', () => {
  const { news, pass, link } = rig()
  link.isCut = false
  pass(7_750)
  assert.deepEqual(news, [])
  pass(250)
  assert.deepEqual(news, [['missing', 8_000]])
  pass(3_500)
  assert.deepEqual(news.at(-1), ['released'])
})

test('what the way to it and back takes is no silence', () => {
  const { news, pass, link, worker } = rig()
  link.isCut = false
  worker.roundTripMs = 6_000
  pass(13_750)
  assert.deepEqual(news, [])
  pass(250)
  assert.deepEqual(news, [['missing', 14_000], ['released']])
})

test('whoever is not heard at all is not stuck: its reports are as late as its heartbeats', () => {
  const { news, pass, hear, link, worker } = rig()
  link.isCut = false
  worker.start({ type: 'start', startedAtEpochMs: 0, setupData: undefined }, 0)
  worker.reportAt = 0
  pass(1_000)
  hear()
  pass(6_500)
  assert.deepEqual(news, [])
  hear()
  worker.reportAt = 7_500
  pass(1_000)
  assert.deepEqual(news, [])
})

test('whoever is heard now and then is not missing', () => {
  const { news, pass, hear } = rig('locust')
  for (let i = 0; i < 20; i++) {
    pass(3_750)
    hear()
  }
  assert.deepEqual(news, [])
})

test('one that is heard again is back, with how long it was silent, and may be lost again', () => {
  const { news, pass, hear } = rig()
  pass(6_000)
  hear()
  hear()
  assert.deepEqual(news.splice(0), [
    ['missing', 4_000],
    ['back', 6_000],
  ])
  pass(20_000)
  hear()
  pass(12_000)
  assert.deepEqual(news, [['missing', 4_000], ['released'], ['back', 20_000], ['missing', 4_000], ['released']])
})

test('a worker in this process is never missing, nor is one that has stopped', () => {
  const local = rig('local')
  const stopped = rig()
  stopped.worker.leave({ needed: false })
  for (const { pass, news } of [local, stopped]) {
    pass(60_000)
    assert.deepEqual(news, [])
  }
})

test('time in which the master stood still is no silence of the workers', () => {
  const { news, pass, standStill } = rig()
  pass(3_000)
  standStill(30_000)
  pass(1_000)
  assert.deepEqual(news, [])
  pass(250)
  assert.deepEqual(news, [['missing', 4_000]])
  standStill(30_000)
  pass(7_000)
  assert.equal(news.length, 1)
  pass(750)
  assert.deepEqual(news.at(-1), ['released'])
})

test('a look that comes a little late is no standstill', () => {
  const { news, pass, standStill } = rig()
  for (let i = 0; i < 4; i++) {
    standStill(750)
    pass(250)
  }
  assert.deepEqual(news, [['missing', 4_000]])
})

test('a master that is always late finds out all the same', () => {
  const { news, pass, standStill, hear } = rig()
  for (let i = 0; i < 20; i++) {
    standStill(1_250)
    pass(250)
    hear()
  }
  assert.equal(news.length, 0, 'one that is heard in between is there')
  for (let i = 0; i < 20; i++) {
    standStill(1_250)
    pass(250)
  }
  assert.deepEqual(
    news.map(([what]) => what),
    ['missing', 'released'],
  )
})

test('users that may still run, since their worker knows no lease, are others’ only when it must have left', () => {
  const { news, pass, link } = rig('locust')
  link.mayStillRun = true
  pass(61_750)
  assert.deepEqual(news, [['missing', 4_000]])
  pass(250)
  assert.deepEqual(news.at(-1), ['released'])
  const gone = rig('locust')
  gone.link.mayStillRun = true
  gone.pass(20_000)
  gone.link.mayStillRun = false // its connection is gone, too
  gone.pass(250)
  assert.deepEqual(gone.news.at(-1), ['released'])
})

test('one that is heard and reports nothing is stuck, said once; not before the run, nor when it has nothing more to report', () => {
  const { news, pass, hear, worker } = rig()
  const live = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      pass(1_000)
      hear()
    }
  }
  worker.reportAt = 0
  live(10)
  assert.deepEqual(news, [])
  worker.start({ type: 'start', startedAtEpochMs: 0, setupData: undefined }, 0)
  worker.reportAt = 10_000
  live(4)
  assert.deepEqual(news, [])
  live(20)
  assert.deepEqual(news, [['stuck', 5_000]])
  worker.becomeUnstuck(0)
  worker.drain()
  live(20)
  assert.equal(news.length, 1)
})

test('a master that stood still has not read its workers’ reports: they are not stuck', () => {
  const { news, pass, hear, worker, standStill } = rig()
  worker.start({ type: 'start', startedAtEpochMs: 0, setupData: undefined }, 0)
  worker.reportAt = 0
  pass(1_000)
  standStill(20_000)
  pass(250)
  hear()
  pass(2_000)
  assert.deepEqual(news, [])
})
