import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constant } from './constant.ts'
import { testProfile } from './profile.contract.ts'
import { sampled } from './sampled.ts'
import { spike } from './spike.ts'
import { totalLoad } from './total-load.ts'

const second = 1_000
const rising = constant({ kind: 'constant', users: 40, spawnRate: 10, runTime: 30 * second })
const peaky = spike({
  ...{ kind: 'spike', baseUsers: 2, peakUsers: 20, after: 5 * second, rampUp: 2 * second, hold: 3 * second },
  ...{ rampDown: 2 * second, repeat: 2 },
})
const of = (profile: typeof rising, runTimeMs?: number) =>
  sampled({ kind: 'shape', targetAt: (at) => profile.targetAt(at), runTimeMs, mostMs: 60 * second })

testProfile('shape', [
  { what: 'a ramp', profile: () => of(rising) },
  { what: 'spikes', profile: () => of(peaky) },
  { what: 'cut short within a step', profile: () => of(rising, 2_550) },
])

test('asks in order, and comes to what it was made of', () => {
  let last = -1
  const made = sampled({
    kind: 'shape',
    targetAt: (at) => {
      assert.ok(at >= last, `${at} after ${last}`)
      last = at
      return peaky.targetAt(at)
    },
    runTimeMs: undefined,
    mostMs: 60 * second,
  })
  assert.equal(made.durationMs, peaky.durationMs)
  assert.deepEqual(made.peak, { users: 20 })
  const [total, exact] = [totalLoad(made, made.durationMs!), totalLoad(peaky, peaky.durationMs!)]
  assert.ok(Math.abs(total - exact) < exact / 50, `${total}, not ${exact}`)
})

test('what has not ended when asking does has no end, and one that begins with nothing is over', () => {
  const endless = sampled({ kind: 'shape', targetAt: () => ({ users: 3 }), runTimeMs: undefined, mostMs: 10 * second })
  assert.equal(endless.durationMs, undefined)
  assert.deepEqual(endless.targetAt(3_600_000), { users: 3 })
  const nothing = sampled({ kind: 'shape', targetAt: () => undefined, runTimeMs: undefined, mostMs: 10 * second })
  assert.deepEqual([nothing.durationMs, nothing.peak, nothing.targetAt(0)], [0, { users: 0 }, undefined])
})
