import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ClockOffset } from './clock-offset.ts'

test('the same clock is no offset, however long and uneven the way', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5_000), fc.nat(5_000)), { minLength: 1, maxLength: 20 }), (ways) => {
      const offset = new ClockOffset()
      let now = 1_700_000_000_000
      for (const [there, back] of ways) {
        offset.add(now, now + there, now + there + back)
        now += there + back + 1_000
      }
      assert.equal(offset.ms, 0)
    }),
  )
})

test('another clock is found within half of the shortest way, and several ways narrow it down', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e7, max: 1e7 }).filter((ahead) => Math.abs(ahead) > 1_000),
      fc.array(fc.tuple(fc.nat(400), fc.nat(400)), { minLength: 1, maxLength: 20 }),
      (ahead, ways) => {
        const offset = new ClockOffset()
        let now = 1_700_000_000_000
        for (const [there, back] of ways) {
          offset.add(now, now + there + ahead, now + there + back)
          now += there + back + 1_000
        }
        const shortest = Math.min(...ways.map(([there, back]) => there + back))
        const drifted = 2 * (ways.length - 1) * 2_000 * 1e-4
        assert.ok(Math.abs(offset.ms - ahead) <= shortest / 2 + 1 + drifted, `${offset.ms} for ${ahead}`)
      },
    ),
  )
})

test('a clock that is set is followed; an answer before its question says nothing', () => {
  const offset = new ClockOffset()
  offset.add(1_000, 6_005, 1_010)
  assert.equal(offset.ms, 5_000)
  offset.add(2_000, 9_000, 1_900)
  assert.equal(offset.ms, 5_000)
  offset.add(3_000, 4_005, 3_010)
  assert.equal(offset.ms, 1_000)
})
