import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RunEvent } from '../facts/run-event.ts'
import { LostWorkers } from './lost-workers.ts'
import { TestRun } from './run.fixture.ts'

const lost: RunEvent = { atMs: 4_000, kind: 'worker_lost', text: 'worker w1 has not been heard for 4 s' }
const leaseOver: RunEvent = { atMs: 9_000, kind: 'lease_over', text: 'worker w2 stopped its users at 9 s' }

function judged(
  onLoss: 'rebalance' | 'fail',
  events: readonly RunEvent[],
  load: { missingUserSeconds?: number; userSeconds?: number } = {},
) {
  const criterion = new LostWorkers(onLoss)
  for (const event of events) criterion.event(event)
  return criterion.conclude(Object.assign(new TestRun(), load))
}

test('where nobody was lost there is nothing to say, whatever else happened', () => {
  const back: RunEvent = { ...lost, kind: 'worker_back' }
  assert.deepEqual(judged('fail', [back, { ...lost, kind: 'worker_failed' }], { userSeconds: 100 }), [])
})

test('each worker that is lost, or stopped its users, is a finding with its moment', () => {
  const findings = [lost, leaseOver].map(({ text, atMs }) => ({ outcome: 'passed', kind: 'workers', text, atMs }))
  assert.deepEqual(judged('rebalance', [lost, leaseOver]), findings)
})

test('who wants no worker lost has a broken run', () => {
  for (const event of [lost, leaseOver]) assert.equal(judged('fail', [event])[0]?.outcome, 'broken')
})

describe('what went with them is the run’s to bear, up to 1 %', () => {
  const rows: [title: string, load: Parameters<typeof judged>[2], outcome: string, value: number, text: RegExp][] = [
    ['nothing', { userSeconds: 500 }, 'passed', 0, /: 0 % \(0 of 500\)$/],
    ['just as much', { missingUserSeconds: 10, userSeconds: 1_000 }, 'passed', 0.01, /: 1 % \(10 of 1,000\)$/],
    ['a bit more', { missingUserSeconds: 10.1, userSeconds: 1_000 }, 'broken', 0.0101, /: 1.01 % \(10.1 of 1,000\)$/],
    ['more than all of it', { missingUserSeconds: 770, userSeconds: 80 }, 'broken', 1, /: 100 % \(80 of 80\)$/],
    ['all of it', { missingUserSeconds: 80, userSeconds: 80 }, 'broken', 1, /: 100 % \(80 of 80\)$/],
  ]
  for (const [title, load, outcome, value, text] of rows)
    test(title, () => {
      const [loss, share, ...more] = judged('rebalance', [lost], load)
      assert.deepEqual([loss?.outcome, share?.outcome, share?.value, share?.limit], ['passed', outcome, value, 0.01])
      assert.match(share?.text ?? '', /^user-seconds missing through lost workers ≤ 1 %/)
      assert.match(share?.text ?? '', text)
      assert.deepEqual(more, [])
    })
})
