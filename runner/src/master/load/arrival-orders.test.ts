import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrivalsTargets } from '../../profile/arrivals-target.ts'
import { createProfile } from '../../profile/profiles.ts'
import { ArrivalSchedule } from '../../running/arrival-schedule.ts'
import { plan, ScriptedWorker } from '../master.fixture.ts'
import { Roster } from '../workers/roster.ts'
import { ArrivalOrders } from './arrival-orders.ts'

const tickMs = 25
const seconds = 20

/** How long the way to a worker takes from a moment on; back it takes as long. */
type Way = readonly { fromMs: number; ms: number }[]

/**
 * Arrivals of a run whose orders take a way each, on a clock moved by hand: how late each was started. The run's orders begin `aheadMs`
 * before its first moment; a round trip is known when it has been gone.
 */
function lateness(rate: string, ways: readonly Way[], aheadMs = 0): number[] {
  const profile = createProfile(plan(`  profile: { kind: arrivals, stages: [${rate}], maxUsers: 50 }\n`).profile)
  const orders = new ArrivalOrders((from, until) => arrivalsTargets(profile, from, until), 50)
  const roster = new Roster()
  const schedules = ways.map(() => new ArrivalSchedule())
  const workers = ways.map((_, i) => roster.add(`w${i}`, new ScriptedWorker([]).masterEnd))
  const underWay: { to: number; at: number; give(): void }[] = []
  const late: number[] = []
  for (let now = -aheadMs; now < (seconds + 10) * 1_000; now += tickMs) {
    for (const [i, way] of ways.entries()) {
      const known = way.findLast(({ fromMs, ms }) => fromMs + 2 * ms <= Math.max(0, now)) ?? way[0]
      const worker = workers[i] as (typeof workers)[number]
      worker.roundTripMs = Math.max(worker.roundTripMs, 2 * (known?.ms ?? 0))
    }
    for (const [worker, target] of orders.next(Math.max(0, now), workers)) {
      const i = workers.indexOf(worker)
      const way = ways[i]?.findLast(({ fromMs }) => fromMs <= Math.max(0, now))
      const before = underWay.findLast(({ to }) => to === i)?.at ?? 0 // nothing overtakes
      underWay.push({ to: i, at: Math.max(before, now + (way?.ms ?? 0)), give: () => schedules[i]?.add(target) })
    }
    for (const packet of underWay.filter(({ at }) => at <= now)) {
      packet.give()
      underWay.splice(underWay.indexOf(packet), 1)
    }
    for (const schedule of schedules)
      for (let at = schedule.peek(); at !== undefined && at <= now; at = schedule.peek()) {
        schedule.take()
        late.push(now - at)
      }
  }
  return late
}

const even = `{ rate: 50/s, hold: ${seconds}s }`
const ramp = `{ rate: 10/s, ramp: 5s, hold: 5s }, { rate: 90/s, ramp: 5s, hold: ${seconds - 15}s }`
const steady = (ms: number): Way => [{ fromMs: 0, ms }]
const slow = (fromMs: number, ms: number): Way => [...steady(1), { fromMs, ms }]

test('a way that becomes up to 3 s slow in the middle of a run loses no arrival, and none is late', () => {
  for (const [title, ways] of [
    ['3 s', [slow(5_000, 3_000)]],
    ['3 s, from an odd moment on', [slow(7_777, 3_000), steady(1)]],
    ['1.3 s', [slow(5_000, 1_300), steady(1)]],
    ['3 s to both', [slow(5_000, 3_000), slow(9_000, 3_000)]],
    ['ever slower', [[...steady(1), ...[1, 2, 3].map((n) => ({ fromMs: n * 3_000, ms: n * 1_000 }))]]],
    ['3 s, and fast again', [[...slow(4_000, 3_000), { fromMs: 9_000, ms: 1 }], steady(1)]],
  ] satisfies [string, Way[]][])
    for (const rate of [even, ramp]) {
      const late = lateness(rate, ways)
      const due = rate === even ? 50 * seconds : 775
      assert.ok(Math.abs(late.length - due) <= ways.length, `${title}: ${late.length} of ${due}`)
      assert.ok(Math.max(...late) <= 2 * tickMs, `${title}: ${Math.max(...late)} ms late`)
    }
})

test('a way that is slow from the start delays no arrival where orders are given ahead by a round trip', () => {
  const late = lateness(even, [steady(3_000), steady(1)], 6_000)
  assert.equal(late.length, 50 * seconds)
  assert.ok(Math.max(...late) <= 2 * tickMs, `${Math.max(...late)} ms late`)
})

test('a worker that may be silent for less than the lead has no orders beyond that', () => {
  const profile = createProfile(
    plan('  profile: { kind: arrivals, stages: [{ rate: 50/s, hold: 20s }], maxUsers: 50 }\n').profile,
  )
  const orders = new ArrivalOrders((from, until) => arrivalsTargets(profile, from, until), 50, 1_500)
  const worker = new Roster().add('w', new ScriptedWorker([]).masterEnd)
  for (let now = 0; now < 10_000; now += tickMs)
    for (const [, { untilMs }] of orders.next(now, [worker]))
      assert.ok(untilMs <= now + 1_500, `until ${untilMs} at ${now}`)
})
