import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskedUsers } from '../load/asked-users.ts'
import { RecordingSink, ScriptedWorker, workerInterval } from '../master.fixture.ts'
import { Roster } from '../workers/roster.ts'
import { RunRecord } from './run-record.ts'
import { RunSeconds } from './run-seconds.ts'

function rig(elapsedMs: number) {
  const roster = new Roster()
  const workers = ['a', 'b'].map((id) => roster.add(id, new ScriptedWorker([]).masterEnd))
  for (const worker of workers) worker.start({ type: 'start', startedAtEpochMs: 0, setupData: undefined }, 0)
  const sink = new RecordingSink()
  const seconds = new RunSeconds({
    roster,
    record: new RunRecord(0),
    asked: new AskedUsers(),
    criteria: [],
    sink,
    maxNames: 10,
    clock: { elapsedMs },
    event: () => {},
    onFinding: () => {},
  })
  return { seconds, sink, a: workers[0]!, b: workers[1]! }
}

test('a second is told when all have reported it; one that is stuck is not waited for, and what it brings later counts', () => {
  const { seconds, sink, a, b } = rig(3_000)
  seconds.add(a, [workerInterval(0, 1), workerInterval(1, 1)])
  assert.equal(sink.intervals.length, 0)
  b.becomeStuck()
  seconds.advance()
  assert.deepEqual(
    sink.intervals.map(({ second }) => second),
    [0, 1],
  )
  seconds.add(b, [workerInterval(0, 5)])
  seconds.flush()
  const requests = sink.intervals.flatMap(({ stats }) => stats.requests).reduce((sum, { ok }) => sum + ok.count, 0)
  assert.equal(requests, 7)
})

test('a second that nobody can have reached counts as the present one, and the others are told as before', () => {
  const { seconds, sink, a, b } = rig(2_500)
  seconds.add(b, [workerInterval(1e15, 3)])
  for (const second of [0, 1, 2]) {
    seconds.add(a, [workerInterval(second, 1)])
    seconds.add(b, [workerInterval(second, 1)])
  }
  seconds.flush()
  assert.deepEqual(
    sink.intervals.map(({ second }) => second),
    [0, 1, 2, 3],
  )
})
