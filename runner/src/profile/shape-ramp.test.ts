import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ShapeRamp } from './shape-ramp.ts'

test('nothing before the first tick', () => assert.deepEqual(new ShapeRamp().at(5_000), { users: 0 }))

test('a tick is a ramp like any other: the first at once', () => {
  const ramp = new ShapeRamp()
  ramp.aim(0, 4, 2)
  assert.deepEqual(
    [0, 499, 500, 1_000, 1_500, 9_000].map((at) => ramp.at(at).users),
    [1, 1, 2, 3, 4, 4],
  )
})

test('asked every second for the same, the ramp stays even: 2 or 3 starts a second at 2.5/s', () => {
  const ramp = new ShapeRamp()
  const starts: number[] = []
  let last = 0
  for (let second = 0; second < 100; second++) {
    ramp.aim(second * 1_000, 1_000, 2.5)
    const { users } = ramp.at(second * 1_000 + 999)
    starts.push(users - last)
    last = users
  }
  assert.deepEqual([...new Set(starts)].sort(), [2, 3])
  assert.equal(last, 250)
})

test('slower than one a second, also', () => {
  const ramp = new ShapeRamp()
  const users = Array.from({ length: 31 }, (_, second) => {
    ramp.aim(second * 1_000, 100, 0.1)
    return ramp.at(second * 1_000).users
  })
  assert.deepEqual([users[0], users[9], users[10], users[19], users[20], users[30]], [1, 1, 2, 2, 3, 4])
})

test('a short stage is not skipped because a ramp still runs', () => {
  const ramp = new ShapeRamp()
  ramp.aim(0, 1_000, 10)
  assert.equal(ramp.at(4_950).users, 50)
  ramp.aim(5_000, 10, 1_000) // one second of few users
  assert.equal(ramp.at(5_999).users, 10)
  ramp.aim(6_000, 1_000, 10)
  assert.equal(ramp.at(6_950).users, 20)
})

test('down as smoothly as up, and no lower than asked', () => {
  const ramp = new ShapeRamp()
  ramp.aim(0, 10, 1_000)
  ramp.aim(1_000, 5, 2.5)
  assert.deepEqual(
    [1_000, 1_400, 1_800, 2_200, 2_600, 60_000].map((at) => ramp.at(at).users),
    [9, 8, 7, 6, 5, 5],
  )
})

test('classes are those of the newest tick', () => {
  const ramp = new ShapeRamp()
  ramp.aim(0, 1, 1, ['A'])
  assert.deepEqual(ramp.at(0), { users: 1, classes: ['A'] })
  ramp.aim(1_000, 1, 1)
  assert.deepEqual(ramp.at(1_000), { users: 1 })
})

describe('any ticks', () => {
  const tick = fc.record({
    gapMs: fc.integer({ min: 1, max: 3_000 }),
    users: fc.integer({ min: 0, max: 500 }),
    rate: fc.double({ min: 0.1, max: 200, noNaN: true }),
  })

  test('whole users, towards the target, never past it, never faster than the rate', () => {
    fc.assert(
      fc.property(fc.array(tick, { minLength: 1, maxLength: 30 }), (ticks) => {
        const ramp = new ShapeRamp()
        let atMs = 0
        for (const { gapMs, users, rate } of ticks) {
          const before = ramp.at(atMs).users
          ramp.aim(atMs, users, rate)
          let last = before
          for (let part = 0; part <= 10; part++) {
            const now = ramp.at(atMs + (part / 10) * gapMs).users
            assert.ok(Number.isSafeInteger(now))
            assert.ok(Math.abs(users - now) <= Math.abs(users - last), `${last} → ${now} of ${users}`)
            assert.ok((users - now) * (users - before) >= 0, 'past the target')
            last = now
          }
          const allowed = (gapMs / 1_000) * rate + 1 + 1e-3
          assert.ok(Math.abs(last - before) <= allowed, `${before} → ${last} in ${gapMs} ms at ${rate}/s`)
          atMs += gapMs
        }
      }),
    )
  })
})
