import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { stringify } from 'yaml'
import { buildPlan } from '../../runner/src/plan/build-plan.ts'
import type { ProfilePlan } from '../../runner/src/plan/run-plan.ts'
import { createProfile } from '../../runner/src/profile/profiles.ts'
import { parseThreshold } from '../../runner/src/verdict/threshold-grammar.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { helms, render } from './helm.ts'

const load = (more: object) => ({ load: { file: 'shop.ts', host: 'http://shop.test', ...more } })
const profile = (of: object) => load({ profile: of })
const constant = { kind: 'constant', users: 5, runTime: '1m' }
const spike = { kind: 'spike', baseUsers: 10, peakUsers: 20, after: '10s', hold: '10s' }
const bursts = { kind: 'bursts', baseUsers: 2, burstUsers: 5, every: '30s', duration: '10s', runTime: '1m' }
const stages = (...list: object[]) => profile({ kind: 'stages', stages: list })

/** The same values, refused by the chart before anything is made, and by the runner. */
const mistakes: Record<string, [values: object, chart: RegExp, runner: RegExp]> = {
  'a run of no time': [
    profile({ ...constant, runTime: '0s' }),
    /\/load\/profile\/runTime': '0s'/,
    /runTime: must be more/,
  ],
  'a host that is no URL': [load({ host: 'shop', profile: constant }), /\/load\/host': 'shop'/, /host: must be a URL/],
  'a threshold that is none': [
    load({ profile: constant, thresholds: ['nonsense'] }),
    /\/load\/thresholds\/0': 'nonsense'/,
    /thresholds\[0\]: bad threshold/,
  ],
  'a warm-up longer than the run': [
    load({ profile: constant, warmup: '1m' }),
    /load\.warmup is 1m: it must be shorter than the run \(60s\)/,
    /warmup: 1m must be shorter than the run/,
  ],
  'a spike that is none': [
    profile({ ...spike, peakUsers: 10 }),
    /load\.profile\.peakUsers is 10: it must be more than baseUsers \(10\)/,
    /peakUsers: must be more than baseUsers \(10\)/,
  ],
  'a run that ends within its spikes': [
    profile({ ...spike, repeat: 2, runTime: '39s' }),
    /load\.profile\.runTime is 39s: the run would end before its last spike \(40s\)/,
    /runTime: 39s is too short: the last spike ends at 40s/,
  ],
  'bursts that are none': [
    profile({ ...bursts, burstUsers: 2 }),
    /load\.profile\.burstUsers is 2: it must be more than baseUsers \(2\)/,
    /burstUsers: must be more than baseUsers \(2\)/,
  ],
  'bursts without a calm': [
    profile({ ...bursts, duration: '31s' }),
    /load\.profile\.duration is 31s: it must not be longer than every \(30s\)/,
    /duration: must not be longer than every \(30s\)/,
  ],
  'bursts of ramps alone': [
    profile({ ...bursts, ramp: '6s' }),
    /load\.profile\.ramp is 6s: ramp up and ramp down must fit into the burst's 10s/,
    /ramp: ramp up and ramp down must fit/,
  ],
  'arrivals of no rate': [
    profile({ kind: 'arrivals', maxUsers: 5, runTime: '1m' }),
    /load\.profile\.rate is missing: set rate or stages/,
    /rate: is missing: set rate or stages/,
  ],
  'arrivals said twice': [
    profile({ kind: 'arrivals', maxUsers: 5, rate: 5, stages: [{ hold: '1m', rate: 5 }] }),
    /load\.profile has both rate and stages: set one of them/,
    /stages: rate and stages are both set: set one of them/,
  ],
  'arrivals in stages that are cut off': [
    profile({ kind: 'arrivals', maxUsers: 5, runTime: '1m', stages: [{ hold: '1m', rate: 5 }] }),
    /load\.profile\.runTime is set, but the stages define the run time/,
    /runTime: the stages define the run time/,
  ],
  'stages without users': [
    stages({ users: 0, hold: '1m' }),
    /load\.profile\.stages: no stage has users above 0/,
    /stages: no stage has users above 0/,
  ],
  'stages without arrivals': [
    profile({ kind: 'arrivals', maxUsers: 5, stages: [{ hold: '1m', rate: '0/s' }] }),
    /load\.profile\.stages: no stage has a rate above 0/,
    /stages: no stage has a rate above 0/,
  ],
  'a stage of no time': [
    stages({ users: 5, hold: '1m' }, { users: 6 }),
    /load\.profile\.stages\[1\] takes no time/,
    /stages\[1\]: takes no time/,
  ],
  'a stage whose aim was taken back': [
    stages({ users: null, hold: '1m' }, { users: 5, hold: '1m' }),
    /load\/profile\/stages\/0\/users': got null, want integer/,
    /stages\[0\]\.users: (is missing: set the users at the end of this stage|must be)/,
  ],
  'a spike whose calm is too short for its users': [
    profile({ ...spike, spawnRate: '50/m' }),
    /load\.profile\.spawnRate is 50\/m: 10 users need 12s to start, longer than the first calm \(10s\)/,
    /spawnRate: 10 users need 12s to start, longer than the first calm \(10s\)/,
  ],
  'bursts whose calm is too short for its users': [
    profile({ ...bursts, duration: '29s', spawnRate: 0.5 }),
    /load\.profile\.spawnRate is 0\.5: 2 users need 4s to start, longer than the first calm \(1s\)/,
    /spawnRate: 2 users need 4s to start, longer than the first calm \(1s\)/,
  ],
  'a stage that is too short for its users': [
    profile({
      kind: 'stages',
      spawnRate: '1/s',
      stages: [
        { users: 5, hold: '5s' },
        { users: 20, ramp: '1s' },
        { users: 9, hold: '10s' },
      ],
    }),
    /load\.profile\.stages\[2\]\.hold is 10s: 11 users need 11s at the spawnRate, longer than this stage/,
    /stages\[2\]\.hold: 11 users need 11s at the spawnRate, longer than this stage's 10s/,
  ],
  'a stage that goes nowhere': [
    stages({ users: 5, hold: '1m' }, { ramp: '5s' }),
    /load\.profile\.stages\[1\]\.users is missing: set the users at the end of this stage/,
    /stages\[1\]\.users: is missing: set the users at the end of this stage/,
  ],
}

/** As near to a mistake as may be. */
const fine: Record<string, object> = {
  'a warm-up that leaves a second': load({ profile: constant, warmup: '59s' }),
  'the smallest spike': profile({ ...spike, peakUsers: 11, runTime: '20s' }),
  'bursts all the time': profile({ ...bursts, burstUsers: 3, duration: '30s', ramp: '15s' }),
  'a calm that its users just fill': profile({ ...spike, spawnRate: '3600/h' }),
  'bursts without a calm of nobody': profile({ ...bursts, baseUsers: 0, duration: '30s', spawnRate: 1 }),
  'stages that their users just fill': profile({
    kind: 'stages',
    spawnRate: 0.5,
    stages: [
      { users: 5, hold: '10s' },
      { hold: '1s' },
      { users: 100, ramp: '1s' },
      { users: 99, hold: '2s' },
      { users: 50, ramp: '1s' },
    ],
  }),
  'a rate of starting, and no time to keep it in': profile({
    kind: 'stages',
    spawnRate: null,
    stages: [{ users: 500, hold: '1s' }],
  }),
  'stages down to nobody': stages({ users: 5, hold: '1m' }, { hold: '5s' }, { ramp: '5s', users: 0 }),
  'less than one arrival a second': profile({ kind: 'arrivals', maxUsers: 5, rate: 0.5, runTime: 60 }),
  'null for what is left out': profile({
    kind: 'arrivals',
    maxUsers: 5,
    rate: null,
    runTime: null,
    stages: [{ hold: '1m', rate: 5 }],
  }),
  'thresholds of all forms': load({
    profile: constant,
    thresholds: ['p95<300ms', '"GET /a": p99{ok} <= 1s', 'checks == 100%', { that: 'fail_ratio < 1%', window: '5s' }],
  }),
}

const plan = (values: object) => {
  const file = join(temporaryFolder(), 'values.yaml')
  writeFileSync(file, stringify(values))
  const durationMsOf = (profile: ProfilePlan) => createProfile(profile).durationMs
  return buildPlan({ valuesFiles: [file], env: {}, flags: {}, checkThreshold: parseThreshold, durationMsOf })
}

for (const [name, [values, , says]] of Object.entries(mistakes))
  test(`the runner refuses ${name}`, () => {
    assert.throws(
      () => plan(values),
      ({ message, hint }: { message: string; hint?: string }) => says.test(`${message}\n${hint}`),
    )
  })

for (const [name, values] of Object.entries(fine)) test(`the runner takes ${name}`, () => void plan(values))

for (const { major, path: helm, skip } of helms)
  describe(`Helm ${major}`, { skip }, () => {
    for (const [name, [values, says]] of Object.entries(mistakes))
      test(`refuses ${name}`, () => {
        const { exitCode, stderr } = render(helm, [values])
        assert.equal(exitCode, 1)
        assert.match(stderr, says)
      })
    for (const [name, values] of Object.entries(fine))
      test(`takes ${name}`, () => {
        const { exitCode, stderr } = render(helm, [values])
        assert.equal(exitCode, 0, stderr)
      })
  })
