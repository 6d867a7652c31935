import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfilePlan } from '../plan/run-plan.ts'
import { describeProfile } from './describe.ts'
import { peakUsers } from './peak-users.ts'

const spike = {
  kind: 'spike',
  baseUsers: 1,
  peakUsers: 50,
  after: 60_000,
  rampUp: 0,
  hold: 30_000,
  rampDown: 0,
} as const
const bursts = {
  kind: 'bursts',
  baseUsers: 2,
  burstUsers: 80,
  every: 600_000,
  duration: 60_000,
  ramp: 0,
  jitter: 0,
} as const
const arrivals = { kind: 'arrivals', maxUsers: 50, distribution: 'even' } as const

test('a profile in one line, and the users it needs', () => {
  const table: [ProfilePlan, string, number | undefined][] = [
    [{ kind: 'constant', users: 100, spawnRate: 10, runTime: 300_000 }, 'constant: 100 users at 10/s, for 5m', 100],
    [{ kind: 'constant', users: 1, spawnRate: 0.5 }, 'constant: 1 user at 30/m, until stopped', 1],
    [{ kind: 'constant', users: 100, spawnRate: 1, runTime: 10_000 }, 'constant: 100 users at 1/s, for 10s', 10],
    [
      { kind: 'stages', stages: [{ ramp: 60_000, users: 40, hold: 30_000 }] },
      'stages: 1 stage up to 40 users, for 1m30s',
      40,
    ],
    [{ ...spike, repeat: 1 }, 'spike: 1 user, 50 for 30s, for 2m30s', 50],
    [{ ...spike, repeat: 3 }, 'spike: 1 user, 3 times 50 for 30s, for 5m30s', 50],
    [{ ...bursts, runTime: 3_600_000 }, 'bursts: 2 users, 80 for 1m in every 10m, for 1h', 80],
    [{ ...arrivals, rate: 200, runTime: 60_000 }, 'arrivals: 200/s arrivals on at most 50 users, for 1m', 50],
    [
      { ...arrivals, distribution: 'poisson', stages: [{ ramp: 0, rate: 5, hold: 1_000 }] },
      'arrivals: up to 5/s arrivals (Poisson) on at most 50 users, for 1s',
      50,
    ],
    [{ kind: 'shape', class: 'Day', runTime: 60_000 }, 'shape: Day, for 1m', undefined],
    [{ kind: 'shape' }, "shape: the load file's LoadShape, until it ends", undefined],
  ]
  for (const [plan, line, users] of table) {
    assert.equal(describeProfile(plan), line)
    assert.equal(peakUsers(plan), users, line)
  }
})
