import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HealthSample } from '../../stats/snapshot.ts'
import { memoryLink } from '../../transport/memory.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import { calm, statsOf } from '../master.fixture.ts'
import { WorkerRecord } from './worker-record.ts'

const recordOf = () => new WorkerRecord('w', memoryLink<ToWorker, ToMaster>()[0], { kind: 'katydid', index: 0 })

test('users of an order that was lowered before it was carried out may exist until the worker says what it runs', () => {
  const worker = recordOf()
  worker.users.assign({ U: 6 }, 1)
  worker.users.assign({ U: 3 }, 2)
  assert.equal(worker.users.held('U'), 6)
  worker.users.confirm({ U: 6 }, 1)
  assert.equal(worker.users.held('U'), 6)
  worker.users.confirm({ U: 3 }, 2)
  assert.equal(worker.users.held('U'), 3)
})

test('one that does not say which order it has carried out means the newest that allows what it runs', () => {
  const worker = recordOf()
  worker.users.assign({ U: 6 }, 1)
  worker.users.assign({ U: 3 }, 2)
  worker.users.assign({ U: 4, V: 0 }, 3)
  worker.users.confirm({ U: 6, V: 0 })
  assert.equal(worker.users.held('U'), 6)
  worker.users.confirm({ U: 5, V: 0 }) // one has ended by itself
  assert.equal(worker.users.held('U'), 5)
  worker.users.confirm({ U: 3 })
  assert.equal(worker.users.held('U'), 4)
  worker.users.confirm({ U: 4 })
  assert.equal(worker.users.held('U'), 4)
})

test('however many orders are not carried out, the most of them is remembered', () => {
  const worker = recordOf()
  worker.users.assign({ U: 9 }, 1)
  for (let at = 2; at < 1_000; at++) worker.users.assign({ U: at % 5 }, at)
  assert.equal(worker.users.held('U'), 9)
  worker.users.confirm({ U: 4 }, 999)
  assert.equal(worker.users.held('U'), 4)
  worker.users.release()
  assert.equal(worker.users.held('U'), 0)
})

test('a Locust worker that comes back after its users went to others may run them still; one of ours has stopped them', () => {
  for (const [kind, holds] of [
    ['locust', 5],
    ['katydid', 0],
  ] as const) {
    const worker = new WorkerRecord('w', memoryLink<ToWorker, ToMaster>()[0], { kind, index: 0 })
    worker.users.assign({ U: 5 }, 1)
    worker.users.confirm({ U: 5 })
    worker.goMissing()
    worker.users.release()
    assert.equal(worker.users.held('U'), 0)
    worker.comeBack()
    assert.equal(worker.users.held('U'), holds, kind)
    worker.users.assign({ U: 0 }, 2)
    worker.users.confirm({ U: 0 })
    assert.equal(worker.users.held('U'), 0)
  }
})

test('that it reports after it stood still does not fill the gap that it left', () => {
  const tells = (health: Partial<HealthSample>) => {
    const worker = recordOf()
    worker.gaps.open(3_000, 10)
    worker.reported({
      second: 3,
      durationMs: 7_000,
      stats: statsOf(1),
      users: { U: 10 },
      health: { ...calm, ...health },
    })
    worker.gaps.close(10_000)
    return worker.gaps.missingUserSeconds
  }
  assert.equal(tells({}), 0)
  assert.equal(tells({ stalledMs: 6_000 }), 0, 'its loop was busy, and its users ran')
  assert.equal(tells({ stalledMs: 6_000, stoppedMs: 6_000 }), 60)
})
