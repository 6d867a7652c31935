import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LifecycleEvent, type LifecycleState, WorkerLifecycle } from './worker-lifecycle.ts'

const events = ['spawning', 'spawned', 'drained', 'silent', 'heard', 'left', 'lost'] as const

/** How to come to each state; a missing worker remembers whether it had stopped. */
const ways = {
  ready: [],
  spawning: ['spawning'],
  running: ['spawning', 'spawned'],
  stopped: ['spawned', 'drained'],
  missing: ['spawned', 'silent'],
  'missing, had stopped': ['drained', 'silent'],
  left: ['left'],
  lost: ['silent', 'lost'],
} as const satisfies Record<string, readonly LifecycleEvent[]>

/** What follows each event, in the order of `events`; undefined: it must not happen. */
const follows: Record<keyof typeof ways, (LifecycleState | undefined)[]> = {
  ready: ['spawning', 'running', 'stopped', 'missing', undefined, 'left', 'lost'],
  spawning: ['spawning', 'running', 'stopped', 'missing', undefined, 'left', 'lost'],
  running: ['spawning', 'running', 'stopped', 'missing', undefined, 'left', 'lost'],
  stopped: ['stopped', 'stopped', 'stopped', 'missing', undefined, 'left', 'lost'],
  missing: [undefined, undefined, undefined, undefined, 'ready', 'left', 'lost'],
  'missing, had stopped': [undefined, undefined, undefined, undefined, 'stopped', 'left', 'lost'],
  left: ['left', 'left', 'left', undefined, undefined, 'left', undefined],
  lost: ['lost', 'lost', 'lost', undefined, undefined, 'lost', 'lost'],
}

function come(to: keyof typeof ways): WorkerLifecycle {
  const lifecycle = new WorkerLifecycle()
  for (const event of ways[to]) lifecycle.on(event)
  return lifecycle
}

for (const from of Object.keys(ways) as (keyof typeof ways)[])
  test(`a worker that is ${from}: what may follow, and nothing else`, () => {
    for (const [i, event] of events.entries()) {
      const lifecycle = come(from)
      const before = lifecycle.state
      const next = follows[from][i]
      if (next !== undefined) {
        lifecycle.on(event)
        assert.equal(lifecycle.state, next, event)
      } else {
        assert.throws(() => lifecycle.on(event), new RegExp(`a worker that is ${before} cannot get the event ${event}`))
        assert.equal(lifecycle.state, before, event)
      }
    }
  })

test('what the master asks of a state: is it there, has it ended, is it drained, and what reports call it', () => {
  const about = (Object.keys(ways) as (keyof typeof ways)[]).map((state) => {
    const { isPresent, isGone, isDrained, reported } = come(state)
    return [state, isPresent, isGone, isDrained, reported]
  })
  assert.deepEqual(about, [
    ['ready', true, false, false, 'ready'],
    ['spawning', true, false, false, 'spawning'],
    ['running', true, false, false, 'running'],
    ['stopped', true, false, true, 'stopped'],
    ['missing', false, false, false, 'missing'],
    ['missing, had stopped', false, false, true, 'missing'],
    ['left', false, true, false, 'stopped'],
    ['lost', false, true, false, 'missing'],
  ])
})
