import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HealthSample } from '../../stats/snapshot.ts'
import { memoryLink } from '../../transport/memory.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import { calm, statsOf } from '../master.fixture.ts'
import { Member } from './worker-record.ts'

const memberOf = () => new Member('w', memoryLink<ToWorker, ToMaster>()[0], { kind: 'katydid', index: 0 })

test('users of an order that was lowered before it was carried out may exist until the worker says what it runs', () => {
  const member = memberOf()
  member.told({ U: 6 }, 1)
  member.told({ U: 3 }, 2)
  assert.equal(member.held('U'), 6)
  member.said({ U: 6 }, 1)
  assert.equal(member.held('U'), 6)
  member.said({ U: 3 }, 2)
  assert.equal(member.held('U'), 3)
})

test('one that does not say which order it has carried out means the newest that allows what it runs', () => {
  const member = memberOf()
  member.told({ U: 6 }, 1)
  member.told({ U: 3 }, 2)
  member.told({ U: 4, V: 0 }, 3)
  member.said({ U: 6, V: 0 })
  assert.equal(member.held('U'), 6)
  member.said({ U: 5, V: 0 }) // one has ended by itself
  assert.equal(member.held('U'), 5)
  member.said({ U: 3 })
  assert.equal(member.held('U'), 4)
  member.said({ U: 4 })
  assert.equal(member.held('U'), 4)
})

test('however many orders are not carried out, the most of them is remembered', () => {
  const member = memberOf()
  member.told({ U: 9 }, 1)
  for (let at = 2; at < 1_000; at++) member.told({ U: at % 5 }, at)
  assert.equal(member.held('U'), 9)
  member.said({ U: 4 }, 999)
  assert.equal(member.held('U'), 4)
  member.release()
  assert.equal(member.held('U'), 0)
})

test('a Locust worker that comes back after its users went to others may run them still; one of ours has stopped them', () => {
  for (const [kind, holds] of [
    ['locust', 5],
    ['katydid', 0],
  ] as const) {
    const member = new Member('w', memoryLink<ToWorker, ToMaster>()[0], { kind, index: 0 })
    member.told({ U: 5 }, 1)
    member.said({ U: 5 })
    member.state = 'missing'
    member.release()
    assert.equal(member.held('U'), 0)
    member.takeBack()
    assert.equal(member.held('U'), holds, kind)
    member.told({ U: 0 }, 2)
    member.said({ U: 0 })
    assert.equal(member.held('U'), 0)
  }
})

test('that it reports after it stood still does not fill the gap that it left', () => {
  const tells = (health: Partial<HealthSample>) => {
    const member = memberOf()
    member.gaps.open(3_000, 10)
    member.reported({
      second: 3,
      durationMs: 7_000,
      stats: statsOf(1),
      users: { U: 10 },
      health: { ...calm, ...health },
    })
    member.gaps.close(10_000)
    return member.gaps.missingUserSeconds
  }
  assert.equal(tells({}), 0)
  assert.equal(tells({ stalledMs: 6_000 }), 0, 'its loop was busy, and its users ran')
  assert.equal(tells({ stalledMs: 6_000, stoppedMs: 6_000 }), 60)
})
