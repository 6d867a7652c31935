import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ScriptedWorker } from '../master.fixture.ts'
import { Roster } from '../workers/roster.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'
import { RateShares } from './dispatcher.ts'

/** What was sent to whom since the last call, in order. */
function rig(maxRps: number) {
  const roster = new Roster()
  const shares = new RateShares(maxRps)
  let sent: [string, number][] = []
  return {
    join(id: string): WorkerRecord {
      const worker = roster.add(id, new ScriptedWorker([]).masterEnd, { kind: 'katydid' })
      worker.classes = [{ name: 'A', weight: 1, fixedCount: 0 }]
      const { send } = worker.link
      worker.link.send = (message) => {
        if (message.type === 'guard') sent.push([id, message.maxRps])
        else send.call(worker.link, message)
      }
      return worker
    },
    tell() {
      sent = []
      shares.tell(roster.workers)
      return sent
    },
  }
}

test('a part is told once; where one more comes, those that must give are told first', () => {
  const r = rig(12)
  r.join('a')
  assert.deepEqual(r.tell(), [['a', 12]])
  assert.deepEqual(r.tell(), [])
  r.join('b')
  assert.deepEqual(r.tell(), [
    ['a', 6],
    ['b', 6],
  ])
})

test('one that is silent keeps its part until its users are given up; one that has stopped has none', () => {
  const r = rig(12)
  const [a, b, c] = ['a', 'b', 'c'].map((id) => r.join(id))
  r.tell()
  a!.goMissing()
  assert.deepEqual(r.tell(), [])
  a!.users.release()
  assert.deepEqual(r.tell(), [
    ['b', 6],
    ['c', 6],
  ])
  b!.drain()
  assert.deepEqual(r.tell(), [['c', 12]])
  c!.users.release()
  assert.deepEqual(r.tell(), [])
})
