import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mergeDeltas } from '../../stats/merge.ts'
import { Recorder } from '../../stats/recorder.ts'
import type { WorkerInterval } from '../../stats/snapshot.ts'
import { pack, unpackToMaster } from '../katydid/packing.ts'
import type { ToMaster } from '../messages.ts'
import { partsOf } from './report-parts.ts'

type Report = Extract<ToMaster, { type: 'stats' }>

function intervalOf(second: number, names: number, more: Partial<WorkerInterval> = {}): WorkerInterval {
  const recorder = new Recorder()
  for (let i = 0; i < names; i++) recorder.request('GET', `/name/${i}`).success(i + 1, Number.NaN, 7)
  if (names > 0) recorder.exception('Error: no', 'at here')
  return { second, durationMs: 1_000, stats: recorder.take(), users: { U: 3 }, ...more }
}

function divide(intervals: WorkerInterval[], mostBytes: number, extra?: Record<string, unknown>) {
  const lost: string[] = []
  const report: Report = { type: 'stats', intervals, ...(extra ? { extra } : {}) }
  const bodies = [...partsOf(report, { pack, mostBytes, onLost: (what) => lost.push(what) })]
  return { bodies, lost, parts: bodies.map((body) => unpackToMaster(body) as Report) }
}

/** What a master makes of them. */
function whole(intervals: readonly WorkerInterval[]) {
  const { requests, exceptions } = mergeDeltas(intervals.map(({ stats }) => stats))
  return {
    requests: requests.map(({ method, name, bytes }) => [method, name, bytes]).sort(),
    exceptions: exceptions.map(({ message, count }) => [message, count]),
    durationMs: intervals.reduce((sum, { durationMs }) => sum + durationMs, 0),
  }
}

test('whatever a report has, its parts have the same, each small enough, the last of a second with its time', () => {
  const names = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(names, fc.integer({ min: 700, max: 5_000 }), (each, mostBytes) => {
      const intervals = each.map((count, second) => intervalOf(second, count))
      const { bodies, lost, parts } = divide(intervals, mostBytes)
      assert.deepEqual(lost, [])
      assert.ok(bodies.every(({ length }) => length <= mostBytes))
      const came = parts.flatMap((part) => part.intervals)
      assert.deepEqual(whole(came), whole(intervals))
      for (const { second } of intervals)
        assert.equal(came.findLast((interval) => interval.second === second)?.durationMs, 1_000)
      assert.ok(came.every(({ users }) => users.U === 3))
    }),
    { numRuns: 60 },
  )
})

const big = 'x'.repeat(5_000)
const exception = { message: big, traceback: '', count: 1, firstSeen: 1, lastSeen: 1 }
const few = intervalOf(7, 2)
const waiting = [{ method: 'GET', name: big, ages: few.stats.requests[0]!.ok }]
const tooLarge: [title: string, interval: WorkerInterval, extra: Record<string, unknown> | undefined, lost: RegExp][] =
  [
    [
      'one row',
      { ...few, stats: { ...few.stats, exceptions: [exception] } },
      undefined,
      /^one of its exceptions in second 7$/,
    ],
    ['what waited', { ...few, waiting }, undefined, /^what waited in second 7$/],
    ['what listeners added', few, { big }, /^what the load file’s listeners added to a report$/],
  ]
for (const [title, interval, extra, expected] of tooLarge)
  test(`${title} that is larger than a message is said to be missing, and the rest goes`, () => {
    const { parts, lost } = divide([interval], 2_000, extra)
    assert.equal(lost.length, 1)
    assert.match(lost[0] ?? '', expected)
    const came = whole(parts.flatMap((part) => part.intervals))
    assert.deepEqual([came.requests.length, came.durationMs], [2, 1_000])
  })
