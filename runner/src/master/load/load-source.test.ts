import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProfile } from '../../profile/profiles.ts'
import { plan } from '../master.fixture.ts'
import { profileSource } from './load-source.ts'

const sourceOf = (text: string) => profileSource(createProfile(plan(`  profile: ${text}\n`).profile))

test('a ramp is not flat until its last user; then it is, and rises no more', () => {
  const source = sourceOf('{ kind: constant, users: 10, spawnRate: 5/s, runTime: 10s }')
  assert.equal(source.isFlat(0), false)
  assert.equal(source.mayRise(0), true)
  assert.equal(source.isFlat(5_000), true)
  assert.equal(source.mayRise(5_000), false)
  assert.deepEqual(source.targetAt(9_999), { users: 10 })
  assert.equal(source.targetAt(10_000), undefined)
  assert.equal(source.isFlat(10_000), true)
  assert.equal(source.mayRise(10_000), false)
})

test('between stages it may rise again, on the last way down it may not', () => {
  const source = sourceOf(
    '{ kind: stages, stages: [{ users: 4, ramp: 1s, hold: 1s }, { users: 8, ramp: 2s, hold: 1s }, { users: 0, ramp: 2s }] }',
  )
  assert.equal(source.isFlat(1_500), true)
  assert.equal(source.mayRise(1_500), true)
  assert.equal(source.isFlat(3_000), false)
  assert.equal(source.mayRise(4_500), false)
  assert.equal(source.isFlat(6_000), false)
  assert.equal(source.mayRise(6_000), false)
})

test('arrivals are a level too', () => {
  const source = sourceOf('{ kind: arrivals, rate: 10/s, runTime: 2s, maxUsers: 5 }')
  assert.deepEqual(source.targetAt(0), { arrivalsPerSecond: 10 })
  assert.equal(source.mayRise(1_000), false)
  assert.equal(source.targetAt(2_000), undefined)
})
