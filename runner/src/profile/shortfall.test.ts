import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfilePlan } from '../plan/run-plan.ts'
import { shortfall } from './shortfall.ts'

const rows: [title: string, plan: ProfilePlan, told: RegExp | undefined][] = [
  ['all at once', { kind: 'constant', users: 1_000, runTime: 1_000 } as ProfilePlan, undefined],
  ['a ramp that fits', { kind: 'constant', users: 60, spawnRate: 1, runTime: 60_000 }, undefined],
  [
    'a ramp that is cut short',
    { kind: 'constant', users: 1_000, spawnRate: 1, runTime: 60_000 },
    /^the profile asks for 1,000 users but reaches only 60: it ends before the others have started\. Use a longer run time or a higher spawn rate$/,
  ],
  ['a ramp without an end', { kind: 'constant', users: 1_000, spawnRate: 1 } as ProfilePlan, undefined],
  ['the limit of arrivals', { kind: 'arrivals', rate: 10, maxUsers: 50, runTime: 1_000 } as ProfilePlan, undefined],
]
for (const [title, plan, told] of rows)
  test(title, () => {
    const said = shortfall(plan)
    if (told === undefined) assert.equal(said, undefined)
    else assert.match(said ?? '', told)
  })
