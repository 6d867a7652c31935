import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calm, ScriptedWorker } from '../master.fixture.ts'
import { Roster } from './roster.ts'

test('members in the order they joined; orders go to those that take them', async () => {
  const roster = new Roster()
  const workers = ['a', 'b', 'c', 'd'].map((id) => {
    const worker = new ScriptedWorker([])
    return { worker, member: roster.add(id, worker.masterEnd) }
  })
  const states = ['running', 'missing', 'stopped', 'ready'] as const
  workers.forEach(({ member }, i) => {
    member.state = states[i] as (typeof states)[number]
  })
  assert.deepEqual(
    roster.members.map(({ id, index }) => [id, index]),
    [
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', 3],
    ],
  )
  assert.deepEqual(
    roster.active.map(({ id }) => id),
    ['a', 'd'],
  )
  roster.send({ type: 'reset_stats' })
  await new Promise(setImmediate)
  assert.deepEqual(
    workers.map(({ worker }) => worker.types()),
    [['reset_stats'], [], [], ['reset_stats']],
  )
})

test("a member's report has its users and the most it took", () => {
  const member = new Roster().add('a', new ScriptedWorker([]).masterEnd)
  member.running = { A: 2, B: 3 }
  member.sawHealth({ ...calm, cpuPercent: 80, rssBytes: 5 })
  member.sawHealth({ ...calm, cpuPercent: 20, rssBytes: 9 })
  assert.deepEqual(member.report(), {
    id: 'a',
    state: 'ready',
    users: 5,
    cpuPercentMax: 80,
    rssBytesMax: 9,
    missingSeconds: 0,
  })
})
