import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Verdict } from '../../facts/verdict.ts'
import { RunClock } from '../../stats/run-clock.ts'
import { plan, RecordingSink } from '../master.fixture.ts'
import { Roster } from '../workers/roster.ts'
import { Broadcast } from './broadcast.ts'
import { HealthSummary } from './health-summary.ts'
import { RunRecord } from './run-record.ts'

function rig() {
  const sink = new RecordingSink()
  const record = new RunRecord(0)
  const judged: string[] = []
  const logged: string[] = []
  const criterion = { kind: 'events', event: ({ kind }: { kind: string }) => judged.push(kind), conclude: () => [] }
  const broadcast = new Broadcast({
    ...{ sink, record, clock: new RunClock(), roster: new Roster(), plan: plan(), durationMs: undefined },
    criteria: [criterion],
    log: { warn: (text: string) => void logged.push(text) } as never,
  })
  const end = { durationMs: 0, health: new HealthSummary().report() }
  return { sink, record, judged, logged, broadcast, end }
}

const passed: Verdict = { outcome: 'passed', exitCode: 0, findings: [] }

test('outputs hear what happened from the start to the end, and before it once they know of the run; criteria hear all', async () => {
  const { sink, record, judged, broadcast, end } = rig()
  broadcast.event('warning', 'x')
  assert.deepEqual(sink.told, [])
  broadcast.start(['U'])
  broadcast.event('worker_lost', 'x')
  await broadcast.finish({ ...end, judge: () => passed })
  broadcast.event('worker_back', 'x')
  assert.deepEqual(sink.told, ['start', 'event warning', 'event worker_lost', 'finish'])
  assert.deepEqual(judged, ['warning', 'worker_lost'])
  assert.deepEqual(
    record.events.map(({ kind }) => kind),
    judged,
  )
})

test('of more events than anybody reads the first are kept and told to outputs; criteria hear them all', () => {
  const { sink, record, judged, broadcast } = rig()
  broadcast.start([])
  for (let i = 0; i < 2_100; i++) broadcast.event('warning', `${i}`)
  assert.deepEqual([record.events.length, judged.length], [2_001, 2_100])
  assert.equal(record.events.at(-1)?.kind, 'events_capped')
  assert.equal(sink.events.length, 2_000)
})

test('the verdict is what outputs told; what comes later is logged and changes nothing', async () => {
  const { sink, broadcast, end, judged, logged } = rig()
  broadcast.start([])
  assert.equal(await broadcast.finish({ ...end, judge: () => passed }), passed)
  broadcast.event('listener_failed', 'so late')
  broadcast.event('worker_back', 'no finding anyway')
  assert.deepEqual(judged, [])
  assert.deepEqual(logged, ['too late for the verdict: so late'])
  assert.equal(sink.finished?.verdict, passed)
})

test('what an output makes of events of before the start is told once', () => {
  const { sink, broadcast } = rig()
  for (let i = 0; i < 70; i++) broadcast.event('warning', 'x')
  const { event } = sink
  sink.event = function (this: RecordingSink, told) {
    event.call(this, told)
    if (this.events.length === 60) broadcast.event('output_lagging', 'x')
  }
  broadcast.start([])
  assert.equal(sink.events.filter(({ kind }) => kind === 'output_lagging').length, 1)
})
