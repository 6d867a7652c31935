import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { RunClock } from '../stats/run-clock.ts'
import { classInfo, ScriptedWorker } from './master.fixture.ts'
import { RunCourse } from './run-course.ts'
import { RunStarter } from './run-start.ts'
import { Roster } from './workers/roster.ts'

function rig() {
  const clock = new RunClock()
  const course = new RunCourse(clock)
  const roster = new Roster()
  const starter = new RunStarter({ clock, course, roster })
  const come = (id: string) => {
    const peer = new ScriptedWorker([])
    const worker = roster.add(id, peer.masterEnd)
    worker.classes = [classInfo('U')]
    starter.workerReady(worker)
    return { peer, worker }
  }
  return { clock, course, starter, come }
}

test('who is there when the run begins is told once; who comes while it is on is told the same, and reports from then on', async () => {
  const { clock, course, starter, come } = rig()
  const early = come('early')
  assert.equal(course.hasBegun, false)
  clock.start(performance.now() - 2_000)
  starter.startRun({ token: 1 }, clock.startedAt)
  starter.workerReady(early.worker)
  const late = come('late')
  await turn()
  const start = { type: 'start', startedAtEpochMs: clock.startedAt, setupData: { token: 1 } }
  for (const { peer, worker } of [early, late]) {
    assert.deepEqual(peer.heard, [start])
    assert.ok(worker.started && worker.reportedUntilMs >= 2_000)
  }
})

for (const [denied, exitCode] of [
  [false, undefined],
  [true, 3],
] as const)
  test(`who comes when the load is over leaves as the others do${denied ? ', for good' : ''}`, async () => {
    const { course, starter, come } = rig()
    starter.startRun(undefined, 0)
    const early = come('early')
    course.endLoad()
    if (denied) starter.refuseReplacements()
    const late = come('late')
    starter.quitAll()
    await turn()
    for (const { peer, said } of [
      { ...early, said: ['start', 'quit'] },
      { ...late, said: ['quit', 'quit'] },
    ]) {
      assert.deepEqual(peer.types(), said)
      const last = peer.heard.at(-1)
      assert.equal(last?.type === 'quit' && last.exitCode, exitCode)
    }
  })
