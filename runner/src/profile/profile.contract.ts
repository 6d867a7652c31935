import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Profile } from './profile.ts'
import { levelOf } from './total-load.ts'

export interface Case {
  what: string
  profile: () => Profile
}

const hour = 3_600_000

/** What every profile must keep, whatever its kind; the cases should differ in length, ramps and ends. */
export function testProfile(kind: string, cases: readonly Case[]): void {
  describe(`${kind} keeps the profile's contract`, () => {
    assert.ok(cases.length > 0, `no case of kind ${kind}`)
    for (const { what, profile } of cases) {
      const made = profile()
      const { durationMs, cornersMs, peak } = made
      const endMs = durationMs ?? hour
      const moment = fc.double({ min: 0, max: endMs, noNaN: true, maxExcluded: true })

      test(`${what}: names its kind`, () => assert.equal(made.kind, kind))

      test(`${what}: asks for something until its end and for nothing after`, () => {
        assert.notEqual(made.targetAt(0), undefined)
        assert.notEqual(made.targetAt(endMs - 1e-3), undefined)
        if (durationMs === undefined) assert.notEqual(made.targetAt(1e12), undefined)
        else for (const after of [0, 1, 1e9]) assert.equal(made.targetAt(durationMs + after), undefined)
      })

      test(`${what}: is a pure function of time`, () => {
        const times = fc.sample(moment, 50)
        const other = profile()
        const forth = times.map((at) => made.targetAt(at))
        const back = times.toReversed().map((at) => other.targetAt(at))
        assert.deepEqual(back.reverse(), forth)
      })

      test(`${what}: asks for whole users, or finite rates, never above its peak`, () => {
        const most = peak === undefined ? 0 : levelOf(peak)
        fc.assert(
          fc.property(moment, (at) => {
            const load = made.targetAt(at)
            assert.ok(load)
            if ('users' in load) assert.ok(Number.isSafeInteger(load.users) && load.users >= 0, `${load.users}`)
            const level = levelOf(load)
            assert.ok(Number.isFinite(level) && level >= 0 && level <= most * (1 + 1e-9), `${level} of ${most}`)
          }),
        )
      })

      test(`${what}: reaches its peak`, () => {
        if (peak === undefined) return
        const looks = cornersMs.flatMap((at) => [at, at - 1e-6]).filter((at) => at >= 0 && at < endMs)
        const highest = Math.max(...looks.map((at) => levelOf(made.targetAt(at))))
        assert.ok(Math.abs(highest - levelOf(peak)) <= 1e-6 * levelOf(peak), `${highest} of ${levelOf(peak)}`)
      })

      test(`${what}: lists its corners in order, from the start to the end`, () => {
        assert.deepEqual(
          [...new Set(cornersMs)].sort((a, b) => a - b),
          cornersMs,
        )
        if (peak === undefined) return assert.deepEqual(cornersMs, [])
        assert.equal(cornersMs[0], 0)
        if (durationMs !== undefined) assert.equal(cornersMs.at(-1), durationMs)
      })

      test(`${what}: walks the same corners one by one`, () => {
        const walked: number[] = []
        const shown = cornersMs.slice(1, 200)
        for (
          let at = made.nextCornerMs(0);
          at !== undefined && walked.length < shown.length;
          at = made.nextCornerMs(at)
        )
          walked.push(at)
        assert.deepEqual(walked, shown)
        if (durationMs !== undefined) assert.equal(made.nextCornerMs(durationMs), undefined)
      })

      test(`${what}: is straight between corners`, () => {
        for (const [index, fromMs] of cornersMs.slice(0, 100).entries()) {
          const untilMs = cornersMs[index + 1]
          if (untilMs === undefined) break
          const spanMs = untilMs - fromMs
          const first = levelOf(made.targetAt(fromMs))
          const last = levelOf(made.targetAt(fromMs + spanMs * (1 - 1e-9)))
          for (const part of [0.1, 0.25, 0.5, 0.75, 0.9]) {
            const level = levelOf(made.targetAt(fromMs + part * spanMs))
            const straight = first + (last - first) * part
            assert.ok(
              Math.abs(level - straight) <= 1 + 1e-6,
              `${level}, not ${straight}, after ${part} of ${fromMs}–${untilMs}`,
            )
          }
        }
      })
    }
  })
}
