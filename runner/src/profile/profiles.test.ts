import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { ProfilePlan } from '../plan/run-plan.ts'
import { type Case, testProfile } from './profile.contract.ts'
import { createProfile, profiles } from './profiles.ts'

const second = 1_000
const minute = 60 * second

const plans: { [Kind in ProfilePlan['kind']]: Record<string, Extract<ProfilePlan, { kind: Kind }>> } = {
  constant: {
    'a minute': { kind: 'constant', users: 100, spawnRate: 10, runTime: minute },
    'without an end': { kind: 'constant', users: 7, spawnRate: 2.5 },
    'over before all have started': { kind: 'constant', users: 100, spawnRate: 3, runTime: 10 * second },
    'one user': { kind: 'constant', users: 1, spawnRate: 0.001, runTime: second },
    'a million users': { kind: 'constant', users: 1_000_000, spawnRate: 1_000, runTime: 20 * minute },
  },
  stages: {
    'ramps and steps': {
      kind: 'stages',
      stages: [
        { ramp: minute, users: 50, hold: 0 },
        { ramp: 0, hold: minute },
        { ramp: 0, users: 120, hold: minute },
        { ramp: 30 * second, users: 0, hold: 10 * second },
      ],
    },
    'steps that take time': {
      kind: 'stages',
      spawnRate: 10,
      stages: [
        { ramp: 0, users: 50, hold: minute },
        { ramp: 0, users: 5, hold: minute },
      ],
    },
    'an odd ramp': { kind: 'stages', stages: [{ ramp: 7_777, users: 13, hold: 0 }] },
  },
  spike: {
    one: { kind: 'spike', baseUsers: 0, peakUsers: 50, after: minute, rampUp: 0, hold: second, rampDown: 0, repeat: 1 },
    'three with ramps': {
      ...{ kind: 'spike', baseUsers: 10, peakUsers: 200, after: minute, rampUp: 5_000, hold: second, rampDown: 9_000 },
      ...{ repeat: 3, spawnRate: 2, runTime: 10 * minute },
    },
    'at once': { kind: 'spike', baseUsers: 1, peakUsers: 9, after: 0, rampUp: 10, hold: 10, rampDown: 10, repeat: 1 },
  },
  bursts: {
    'an hour': {
      ...{ kind: 'bursts', baseUsers: 2, burstUsers: 80, every: 10 * minute, duration: minute, ramp: 5_000 },
      ...{ jitter: 0.25, runTime: 60 * minute },
    },
    'without an end': {
      ...{ kind: 'bursts', baseUsers: 0, burstUsers: 5, every: 10 * second, duration: second, ramp: 0, jitter: 1 },
    },
    'over within the first': {
      ...{ kind: 'bursts', baseUsers: 3, burstUsers: 50, every: minute, duration: 20_000, ramp: 9_000, jitter: 0 },
      ...{ spawnRate: 1, runTime: 45 * second },
    },
    'of odd lengths': {
      ...{ kind: 'bursts', baseUsers: 1, burstUsers: 7, every: 333.3, duration: 111.1, ramp: 33.3, jitter: 0.9 },
      ...{ runTime: 20 * second },
    },
    'nothing but bursts': {
      ...{ kind: 'bursts', baseUsers: 0, burstUsers: 5, every: second, duration: second, ramp: 300, jitter: 0.5 },
      ...{ runTime: 10 * second },
    },
  },
  arrivals: {
    'one rate': { kind: 'arrivals', rate: 200, maxUsers: 50, distribution: 'even', runTime: minute },
    'without an end': { kind: 'arrivals', rate: 0.1, maxUsers: 50, distribution: 'poisson' },
    stages: {
      ...{ kind: 'arrivals', maxUsers: 50, distribution: 'even' },
      stages: [
        { ramp: minute, rate: 50, hold: 0 },
        { ramp: 0, hold: minute },
        { ramp: 0, rate: 100, hold: 10_000 },
        { ramp: 7_000, rate: 0, hold: 0 },
      ],
    },
  },
  shape: {
    'with a run time': { kind: 'shape', runTime: minute },
    'without one': { kind: 'shape', class: 'Day' },
  },
}

for (const kind of Object.keys(profiles) as ProfilePlan['kind'][]) {
  const cases: Case[] = Object.entries<ProfilePlan>(plans[kind]).map(([what, plan]) => ({
    what,
    profile: () => createProfile(plan),
  }))
  testProfile(kind, cases)
}

test('profiles do not bring zod with them', () => {
  const script = `
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({ resolve: (name, context, next) => (seen.push(name), next(name, context)) })
    for (const file of ['profiles', 'drawing', 'describe', 'peak-users', 'shape-ramp', 'arrival-integral'])
      await import(new URL(file + '.ts', ${JSON.stringify(new URL('./', import.meta.url).href)}))
    process.stdout.write(seen.filter((name) => !name.startsWith('.') && !name.startsWith('file:')).join())`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.equal(stdout.replace('node:module', '').replace(/^,/, ''), '')
})
