import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventKind, effectOf, eventKinds, isEventKind } from './run-event.ts'

const kinds = Object.keys(eventKinds) as EventKind[]
const having = (effect: keyof ReturnType<typeof effectOf>) => kinds.filter((kind) => effectOf(kind)[effect]).sort()

test('after these kinds of event no more load is asked for', () => {
  const endings = [
    'aborted',
    'exhausted',
    'interrupted',
    'no_workers',
    'stopped',
    'stopped_broken',
    'stopped_failed',
    'used_up',
  ]
  assert.deepEqual(having('endsLoad'), endings)
})

test('these are losses, and are judged by what was lost', () => {
  assert.deepEqual(having('isLoss'), ['lease_over', 'worker_lost', 'worker_stuck', 'worker_trouble'])
})

test('a worker that cannot take part makes the run that waits for it broken', () => {
  for (const kind of having('refusesWorker')) assert.equal(effectOf(kind).outcome, 'broken', kind)
})

test('a word is a kind only where it is one', () => {
  for (const kind of kinds) assert.ok(isEventKind(kind))
  for (const word of ['', 'constructor', '__proto__', 'worker_left', 'Interrupted'])
    assert.equal(isEventKind(word), false)
})
