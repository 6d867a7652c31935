import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArrivalsTarget } from '../../profile/arrivals-target.ts'
import { arrivalsTargets } from '../../profile/arrivals-target.ts'
import { createProfile } from '../../profile/profiles.ts'
import { classInfo, plan, ScriptedWorker, sourceOf } from '../master.fixture.ts'
import { Roster } from '../workers/roster.ts'
import { Dispatcher } from './dispatcher.ts'
import { type LoadSource, profileSource } from './load-source.ts'

const classes = [classInfo('A', 3), classInfo('B', 1)]
const settle = () => new Promise((resolve) => setImmediate(resolve))
const profileOf = (text: string) => createProfile(plan(`  profile: ${text}\n`).profile)

function rig(source: LoadSource, count: number, more: Partial<ConstructorParameters<typeof Dispatcher>[0]> = {}) {
  const roster = new Roster()
  const peers = Array.from({ length: count }, () => new ScriptedWorker(classes))
  const workers = peers.map((peer, i) => {
    const worker = roster.add(`w${i}`, peer.masterEnd)
    worker.classes = classes
    peer.masterEnd.receive((message) => {
      if (message.type !== 'spawning_complete') return
      worker.users.running = message.users
      roster.changed()
    })
    return worker
  })
  return { peers, workers, roster, dispatcher: new Dispatcher({ source, roster, classes, ...more }) }
}

const total = (users: Record<string, number>) => Object.values(users).reduce((sum, count) => sum + count, 0)

test('a ramp is sent as absolute targets with rising timestamps, and only where something changed', async () => {
  const source = profileSource(profileOf('{ kind: constant, users: 12, spawnRate: 5/s, runTime: 10s }'))
  const { peers, dispatcher } = rig(source, 1)
  const [peer] = peers as [ScriptedWorker]
  for (let at = 0; at <= 4_000; at += 25) {
    assert.ok(dispatcher.tick(at))
    await settle()
  }
  const totals = peer.targets.map(({ users }) => total(users))
  assert.deepEqual([...new Set(totals)], totals)
  assert.deepEqual(
    [...totals].sort((a, b) => a - b),
    totals,
  )
  assert.equal(totals.at(-1), 12)
  assert.deepEqual(peer.targets.at(-1)?.users, { A: 9, B: 3 })
  for (const target of peer.targets) assert.deepEqual(Object.keys(target.users), ['A', 'B'])
  const stamps = peer.targets.map(({ timestamp }) => timestamp)
  for (let i = 1; i < stamps.length; i++) assert.ok((stamps[i] as number) > (stamps[i - 1] as number))
})

test('the end of the load is said, and nothing is sent for it', () => {
  const { peers, dispatcher } = rig(
    sourceOf((at) => (at < 100 ? { users: 1 } : undefined)),
    1,
  )
  assert.equal(dispatcher.tick(0), true)
  assert.deepEqual(dispatcher.asked, { users: 1 })
  assert.equal(dispatcher.tick(100), false)
  assert.equal(dispatcher.asked, undefined)
  assert.equal(peers[0]?.targets.length, 0) // a link delivers later
})

test('spawning is complete once a ramp: when all users asked for run, on all workers', async () => {
  let users = 4
  const { peers, workers, dispatcher } = rig(
    sourceOf(() => ({ users })),
    2,
  )
  dispatcher.tick(0)
  assert.equal(dispatcher.completedRamp(0), undefined)
  await settle()
  assert.equal(dispatcher.completedRamp(0), 4)
  assert.equal(dispatcher.completedRamp(25), undefined)
  users = 2
  dispatcher.tick(50)
  assert.equal(dispatcher.completedRamp(50), undefined)
  await settle()
  assert.equal(dispatcher.completedRamp(75), 2)
  assert.deepEqual(
    peers.map((peer) => total(peer.users)),
    [1, 1],
  )
  assert.ok(workers.every((worker) => total(worker.users.assigned) === 1))
})

test('spawning is not complete while the ramp goes on', async () => {
  const source = { ...sourceOf(() => ({ users: 3 })), isFlat: (at: number) => at >= 1_000 }
  const { dispatcher } = rig(source, 1)
  dispatcher.tick(0)
  await settle()
  assert.equal(dispatcher.completedRamp(500), undefined)
  assert.equal(dispatcher.completedRamp(1_000), 3)
})

test('several workers share; what one that is gone had goes to the others', async () => {
  const { peers, workers, roster, dispatcher } = rig(
    sourceOf(() => ({ users: 9 })),
    3,
  )
  dispatcher.tick(0)
  await settle()
  assert.deepEqual(
    peers.map(({ users }) => total(users)),
    [3, 3, 3],
  )
  const lost = workers[1] as (typeof workers)[number]
  lost.goMissing()
  roster.changed()
  dispatcher.tick(20)
  await settle()
  assert.equal(total(peers[0]?.users ?? {}), 3, 'it may still run its users')
  lost.users.release()
  roster.changed()
  dispatcher.tick(25)
  await settle()
  assert.deepEqual([peers[0], peers[2]].map((peer) => total(peer?.users ?? {})).sort(), [4, 5])
  assert.equal(peers[1]?.targets.length, 1)
  const all: Record<string, number> = {}
  for (const peer of [peers[0], peers[2]])
    for (const [name, count] of Object.entries(peer?.users ?? {})) all[name] = (all[name] ?? 0) + count
  assert.deepEqual(all, { A: 7, B: 2 })
})

test('a target forgives a worker what it said of an older one', () => {
  let users = 1
  const { workers, dispatcher } = rig(
    sourceOf(() => ({ users })),
    1,
  )
  const [worker] = workers as [(typeof workers)[number]]
  dispatcher.tick(0)
  worker.exhausted = true
  dispatcher.tick(25)
  assert.equal(worker.exhausted, true)
  users = 2
  dispatcher.tick(50)
  assert.equal(worker.exhausted, false)
})

test('a shape may name classes: the others get none', async () => {
  const { peers, dispatcher } = rig(
    sourceOf(() => ({ users: 5, classes: ['B'] })),
    1,
  )
  dispatcher.tick(0)
  await settle()
  assert.deepEqual(peers[0]?.users, { A: 0, B: 5 })
})

test('nobody to send to is no error', () => {
  const { dispatcher } = rig(
    sourceOf(() => ({ users: 5 })),
    0,
  )
  assert.equal(dispatcher.tick(0), true)
})

test('arrivals are ordered ahead of time, in stretches that join without gap or overlap', async () => {
  const profile = profileOf('{ kind: arrivals, stages: [{ rate: 300/s, ramp: 3s, hold: 2s }], maxUsers: 7 }')
  const cut = (from: number, until: number) => arrivalsTargets(profile, from, until)
  const { peers, dispatcher } = rig(profileSource(profile), 2, { arrivals: { cut, maxUsers: 7 } })
  for (let at = 0; at < 5_000; at += 25) {
    dispatcher.tick(at)
    await settle()
    const until = peers[0]?.targets.at(-1)?.arrivals?.untilMs ?? 0
    assert.ok(until >= Math.min(5_000, at + 3_500), `ordered until ${until} at ${at}`)
    assert.ok(until <= at + 4_000)
  }
  peers.forEach((peer, index) => {
    const orders = peer.targets.map(({ arrivals }) => arrivals as ArrivalsTarget)
    assert.equal(orders[0]?.fromMs, 0)
    assert.equal(orders.at(-1)?.untilMs, 5_000)
    orders.forEach((order, i) => {
      const next = orders[i + 1]
      assert.deepEqual([order.index, order.workers, order.maxUsers], [index, 2, index === 0 ? 4 : 3])
      if (!next) return
      assert.equal(next.fromMs, order.untilMs)
      const during = ((order.rateFrom + order.rateUntil) / 2) * ((order.untilMs - order.fromMs) / 1_000)
      assert.ok(Math.abs(order.before + during - next.before) < 1e-6)
    })
    assert.deepEqual(
      peer.targets.map(({ users }) => users),
      orders.map(() => ({})),
    )
  })
})

test('arrivals of a time in which nothing could be ordered are left out when they lie too far back, and said', async () => {
  const profile = profileOf('{ kind: arrivals, stages: [{ rate: 100/s, hold: 60s }], maxUsers: 7 }')
  const cut = (from: number, until: number) => arrivalsTargets(profile, from, until)
  const skipped: number[] = []
  const { peers, dispatcher } = rig(profileSource(profile), 1, {
    arrivals: { cut, maxUsers: 7 },
    onSkipped: (ms) => skipped.push(ms),
  })
  for (const at of [0, 3_000, 20_000, 20_500]) dispatcher.tick(at)
  await settle()
  const orders = peers[0]?.targets.map(({ arrivals }) => [arrivals?.fromMs, arrivals?.untilMs, arrivals?.before])
  assert.deepEqual(orders, [
    [0, 4_000, 0],
    [4_000, 7_000, 400],
    [16_000, 24_000, 1_600], // from 4 s ago on: late, and caught up with
    [24_000, 24_500, 2_400],
  ])
  assert.deepEqual(skipped, [9_000])
})

test('a class that nobody has, or none at all, is an error with a sentence, also in the middle of a run', () => {
  const shapes: [classes: string[], message: RegExp, hint: RegExp][] = [
    [
      ['A', 'Bb'],
      /tick\(\) asks for 4 users of user class Bb/,
      /use user classes of this run \(A, B\), or return no list for all of them/,
    ],
    [['a'], /of user class a/, /did you mean A\?/],
    [['constructor'], /of user class constructor/, /user classes of this run \(A, B\)/],
    [[], /of an empty list of user classes/, /user classes of this run \(A, B\)/],
  ]
  for (const [names, message, hint] of shapes) {
    const { dispatcher } = rig(
      sourceOf((at) => ({ users: 4, classes: at < 100 ? ['A'] : names })),
      1,
    )
    assert.ok(dispatcher.tick(0))
    assert.throws(
      () => dispatcher.tick(100),
      (error: Error & { hint?: string }) => message.test(error.message) && hint.test(error.hint ?? ''),
    )
  }
})

test('no users of no class are a pause', () => {
  const { dispatcher } = rig(
    sourceOf(() => ({ users: 0, classes: [] })),
    1,
  )
  assert.ok(dispatcher.tick(0))
})
