import { test } from 'node:test'
import type { ProfilePlan } from '../plan/run-plan.ts'
import { draw } from './drawing.ts'
import { createProfile } from './profiles.ts'

const plans: Record<string, ProfilePlan> = {
  constant: { kind: 'constant', users: 100, spawnRate: 2.5, runTime: 300_000 },
  'one user without an end': { kind: 'constant', users: 1, spawnRate: 1 },
  stages: {
    kind: 'stages',
    stages: [
      { ramp: 60_000, users: 50, hold: 120_000 },
      { ramp: 0, users: 120, hold: 60_000 },
      { ramp: 60_000, users: 0, hold: 0 },
    ],
  },
  spike: { kind: 'spike', baseUsers: 20, peakUsers: 200, after: 60_000, rampUp: 10_000, hold: 30_000, rampDown: 10_000, repeat: 2 },
  'bursts in a week': {
    ...{ kind: 'bursts', baseUsers: 5, burstUsers: 1_500, every: 86_400_000, duration: 600_000, ramp: 60_000, jitter: 0.5 },
    runTime: 604_800_000,
  },
  'bursts without an end': { kind: 'bursts', baseUsers: 0, burstUsers: 8, every: 10_000, duration: 4_000, ramp: 1_000, jitter: 0 },
  arrivals: {
    ...{ kind: 'arrivals', maxUsers: 50, distribution: 'even' },
    stages: [
      { ramp: 60_000, rate: 0.5, hold: 60_000 },
      { ramp: 30_000, rate: 0, hold: 0 },
    ],
  },
  shape: { kind: 'shape', class: 'Day', runTime: 60_000 },
}

for (const [what, plan] of Object.entries(plans))
  test(`draws ${what}`, (context) => {
    const wide = draw(createProfile(plan), { width: 80, height: 10, unicode: true })
    const plain = draw(createProfile(plan), { width: 50, height: 6, unicode: false })
    context.assert.snapshot(`${wide}\n${plain}`, { serializers: [(text: string) => text] })
  })
