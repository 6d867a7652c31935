import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { type Gated, RequestGate } from './request-gate.ts'

/** A gate on a clock of the test's own, and when what went through it went. */
function rig(perSecond: number) {
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  let held = 0
  const gate = new RequestGate(
    perSecond,
    () => now,
    () => held++,
  )
  const wentAt: number[] = []
  const waited: number[] = []
  const enter = (): Gated => {
    const request: Gated = {
      pass: (ms) => {
        wentAt.push(now)
        waited.push(ms)
      },
    }
    gate.enter(request)
    return request
  }
  const pass = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      now++
      mock.timers.tick(1)
    }
  }
  return { gate, wentAt, waited, enter, pass, held: () => held }
}

/** The most in any second. */
function busiest(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length))
}

test('below the limit nobody waits', () => {
  const r = rig(10)
  for (let i = 0; i < 20; i++) {
    r.enter()
    r.pass(100)
  }
  assert.deepEqual(new Set(r.waited), new Set([0]))
  assert.equal(r.held(), 0)
})

for (const perSecond of [0.5, 1, 7, 100, 1_500])
  test(`a crowd goes at ${perSecond}/s, never more in any second, and nearly that`, () => {
    const r = rig(perSecond)
    for (let i = 0; i < perSecond * 5; i++) r.enter()
    r.pass(4_000)
    assert.ok(busiest(r.wentAt) <= Math.max(1, perSecond), `${busiest(r.wentAt)}`)
    assert.ok(r.wentAt.length >= Math.floor(4 * perSecond * 0.98), `${r.wentAt.length}`)
    assert.equal(r.held(), 1, 'told once')
  })

test('after a calm there is no flood', () => {
  const r = rig(10)
  r.enter()
  r.pass(60_000)
  for (let i = 0; i < 50; i++) r.enter()
  r.pass(3_000)
  assert.ok(busiest(r.wentAt.slice(1)) <= 10)
})

test('who comes first goes first; who is given up takes no turn', () => {
  const r = rig(1)
  r.enter()
  const second = r.enter()
  r.enter()
  assert.equal(r.gate.leave(second), true)
  assert.equal(r.gate.leave(second), false)
  r.pass(1_000)
  assert.deepEqual(r.waited, [0, 1_000])
})

test('a new limit holds at once, up and down', () => {
  const r = rig(1)
  for (let i = 0; i < 40; i++) r.enter()
  r.pass(2_500)
  assert.equal(r.wentAt.length, 3)
  r.gate.limit(10)
  r.pass(1_000)
  assert.equal(r.wentAt.length, 13)
  r.gate.limit(2)
  r.pass(3_000)
  assert.equal(r.wentAt.length, 19)
})

test('what does not wait any more is forgotten when it closes', () => {
  const r = rig(1)
  r.enter()
  r.enter()
  r.gate.close()
  r.pass(5_000)
  assert.equal(r.wentAt.length, 1)
})
