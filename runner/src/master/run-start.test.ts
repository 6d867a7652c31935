import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { RunClock } from '../stats/run-clock.ts'
import { classInfo, ScriptedWorker } from './master.fixture.ts'
import { RunCourse } from './run-course.ts'
import { Admission } from './run-start.ts'
import { Roster } from './workers/roster.ts'

function rig() {
  const clock = new RunClock()
  const course = new RunCourse(clock)
  const roster = new Roster()
  const admission = new Admission({ clock, course, roster })
  const come = (id: string) => {
    const worker = new ScriptedWorker([])
    const member = roster.add(id, worker.masterEnd)
    member.classes = [classInfo('U')]
    admission.welcome(member)
    return { worker, member }
  }
  return { clock, course, admission, come }
}

test('who is there when the run begins is told once; who comes while it is on is told the same, and reports from then on', async () => {
  const { clock, course, admission, come } = rig()
  const early = come('early')
  assert.equal(course.hasBegun, false)
  clock.start(performance.now() - 2_000)
  admission.open({ token: 1 }, clock.startedAt)
  admission.welcome(early.member)
  const late = come('late')
  await turn()
  const start = { type: 'start', startedAtEpochMs: clock.startedAt, setupData: { token: 1 } }
  for (const { worker, member } of [early, late]) {
    assert.deepEqual(worker.heard, [start])
    assert.ok(member.started && member.reportedUntilMs >= 2_000)
  }
})

for (const [denied, exitCode] of [
  [false, undefined],
  [true, 3],
] as const)
  test(`who comes when the load is over leaves as the others do${denied ? ', for good' : ''}`, async () => {
    const { course, admission, come } = rig()
    admission.open(undefined, 0)
    const early = come('early')
    course.endLoad()
    if (denied) admission.denyOthers()
    const late = come('late')
    admission.dismiss()
    await turn()
    for (const { worker, said } of [
      { ...early, said: ['start', 'quit'] },
      { ...late, said: ['quit', 'quit'] },
    ]) {
      assert.deepEqual(worker.types(), said)
      const last = worker.heard.at(-1)
      assert.equal(last?.type === 'quit' && last.exitCode, exitCode)
    }
  })
