import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calm, ScriptedWorker } from '../master.fixture.ts'
import { Roster } from './roster.ts'

test('workers in the order they joined; orders go to those that take them', async () => {
  const roster = new Roster()
  const workers = ['a', 'b', 'c', 'd'].map((id) => {
    const peer = new ScriptedWorker([])
    return { peer, worker: roster.add(id, peer.masterEnd) }
  })
  const [a, b, c] = workers.map(({ worker }) => worker)
  a?.spawned({})
  b?.goMissing()
  c?.leave({ needed: false })
  assert.deepEqual(
    roster.workers.map(({ id, index }) => [id, index]),
    [
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', 3],
    ],
  )
  assert.deepEqual(
    roster.present.map(({ id }) => id),
    ['a', 'd'],
  )
  roster.send({ type: 'reset_stats' })
  await new Promise(setImmediate)
  assert.deepEqual(
    workers.map(({ peer }) => peer.types()),
    [['reset_stats'], [], [], ['reset_stats']],
  )
})

test("a worker's report has its users and the most it took", () => {
  const worker = new Roster().add('a', new ScriptedWorker([]).masterEnd)
  worker.users.running = { A: 2, B: 3 }
  worker.sawHealth({ ...calm, cpuPercent: 80, rssBytes: 5 })
  worker.sawHealth({ ...calm, cpuPercent: 20, rssBytes: 9 })
  assert.deepEqual(worker.report(), {
    id: 'a',
    state: 'ready',
    users: 5,
    cpuPercentMax: 80,
    rssBytesMax: 9,
    missingSeconds: 0,
  })
})
