import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Aggregate } from '../../stats/aggregate.ts'
import { Recorder } from '../../stats/recorder.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import { AnswerWatch } from './answer-watch.ts'

interface Second {
  /** Latencies of answers by name, ms. */
  ok?: Record<string, number[]>
  /** How long requests have waited, by name, ms. */
  waiting?: Record<string, number[]>
  durationMs?: number
  /** Requests that timed out, by name. */
  timeouts?: Record<string, number>
}

/** What is told of these seconds, and in which. */
function told(seconds: readonly Second[]): string[] {
  const all = new Aggregate()
  const recorder = new Recorder()
  const said: string[] = []
  let now = 0
  const watch = new AnswerWatch((kind, text) => said.push(`${now} ${kind}: ${text}`))
  for (const [second, { ok = {}, waiting = {}, timeouts = {}, durationMs = 1_000 }] of seconds.entries()) {
    now = second
    for (const [name, values] of Object.entries(ok))
      for (const ms of values) recorder.request('GET', name).success(ms, Number.NaN, 0)
    for (const [name, values] of Object.entries(waiting))
      for (const ms of values) recorder.request('GET', name).waits(ms)
    for (const [name, count] of Object.entries(timeouts))
      for (let i = 0; i < count; i++) recorder.request('GET', name).failure(900, Number.NaN, 0, 'late', 'timeout')
    const interval: RunInterval = {
      ...{ second, durationMs, at: 0, stats: recorder.take(), waiting: recorder.takeWaiting() },
      ...{ users: {}, userCount: 1, health: {} },
    }
    all.merge(interval.stats)
    watch.add(interval, all)
  }
  return said
}

const repeat = (count: number, of: (at: number) => Second) => Array.from({ length: count }, (_, at) => of(at))
const waits = (at: number) => (at + 1) * 1_000 - 500

test('the target stops answering, once, and answers again', () => {
  const said = told([
    ...repeat(5, () => ({ ok: { '/a': [5], '/b': [5] } })),
    ...repeat(12, (at) => ({ waiting: { '/a': [waits(at), waits(at)], '/b': [waits(at)] } })),
    { ok: { '/a': [12_000], '/b': [12_000] } },
    ...repeat(5, () => ({ ok: { '/a': [5] } })),
  ])
  assert.deepEqual(said, [
    '10 answers_stopped: the target stopped answering: no answer for 6 s, and 3 requests without one, the oldest for 5.5 s',
    '17 answers_resumed: the target answers again, after 13 s',
  ])
})

test('one name of several stops answering, and answers again', () => {
  const said = told([
    ...repeat(5, () => ({ ok: { '/a': [5], '/b': [5] } })),
    ...repeat(12, (at) => ({ ok: { '/b': [5] }, waiting: { '/a': [waits(at)] } })),
    { ok: { '/a': [12_000], '/b': [5] } },
  ])
  assert.deepEqual(said, [
    '10 answers_stopped: GET /a stopped answering: no answer for 6 s, and 1 request without one, the oldest for 5.5 s',
    '17 answers_resumed: GET /a answers again, after 13 s',
  ])
})

test('a target that never answered is told of, too', () => {
  assert.deepEqual(told([...repeat(20, (at) => ({ waiting: { '/a': [waits(at)] } })), { ok: { '/a': [20_000] } }]), [
    '5 answers_stopped: the target has not answered yet: no answer for 6 s, and 1 request without one, the oldest for 5.5 s',
    '20 answers_resumed: the target answers, after 21 s',
  ])
})

test('long polls, rare requests and an idle target are no silence', () => {
  const poll = (at: number) => ({ waiting: { '/poll': [(at % 30) * 1_000 + 500] } })
  assert.deepEqual(told([{ ok: { '/poll': [30_000] } }, ...repeat(29, poll), { ok: { '/poll': [30_000] } }]), [])
  assert.deepEqual(told(repeat(60, (at) => (at % 20 === 0 ? { ok: { '/a': [5] } } : {}))), [])
  assert.deepEqual(told(repeat(60, (at) => ({ ok: { '/a': [5] }, waiting: { '/a': [waits(at % 9)] } }))), [])
  assert.deepEqual(told(repeat(60, () => ({ waiting: { '/a': [900] } }))), [])
})

test('a generator that stood still says nothing of the target', () => {
  const stood = { waiting: { '/a': [9_000] }, durationMs: 9_000 }
  assert.deepEqual(told([...repeat(5, () => ({ ok: { '/a': [5] } })), stood, { ok: { '/a': [9_010] } }]), [])
})

test('requests that time out are no answers; after a pause nobody missed one', () => {
  const out = () => ({ timeouts: { '/a': 3 }, waiting: { '/a': [500] } })
  assert.deepEqual(told([...repeat(5, () => ({ ok: { '/a': [5] } })), ...repeat(9, out), { ok: { '/a': [5] } }]), [
    '9 answers_stopped: the target stopped answering: no answer for 5 s, and 1 request without one, the oldest for 500 ms',
    '14 answers_resumed: the target answers again, after 10 s',
  ])
  assert.deepEqual(told([{ ok: { '/a': [5] } }, ...repeat(20, () => ({})), out(), { ok: { '/a': [5] } }]), [])
})
