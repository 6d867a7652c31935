import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KatydidError } from '../errors.ts'
import { createProfile } from '../profile/profiles.ts'
import { planOf } from './plan.fixture.ts'

// the words of the schema, so that random maps get past its first door
const words = [
  ...['file', 'host', 'profile', 'kind', 'stages', 'users', 'ramp', 'hold', 'rate', 'maxUsers', 'runTime', 'spawnRate'],
  ...[
    'baseUsers',
    'peakUsers',
    'burstUsers',
    'after',
    'every',
    'duration',
    'jitter',
    'repeat',
    'distribution',
    'class',
  ],
  ...[
    'thresholds',
    'that',
    'window',
    'abort',
    'params',
    'tags',
    'http',
    'timeout',
    'workers',
    'count',
    'load',
    'warmup',
  ],
  ...['__proto__', 'constructor', 'toString', ''],
]
const scalar = fc.oneof(
  fc.constantFrom(
    'constant',
    'stages',
    'spike',
    'bursts',
    'arrivals',
    'shape',
    'even',
    '5m',
    '10/s',
    '1%',
    '16MiB',
    's.ts',
  ),
  fc.integer({ min: -2, max: 200 }),
  fc.double(),
  fc.boolean(),
  fc.string(),
  fc.constant(null),
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 8 }),
  ),
}))

const duration = fc.constantFrom('0s', '1s', '10s', '1m', 30, '500ms')
const count = fc.integer({ min: 0, max: 50 })
const rate = fc.constantFrom('1/s', '30/m', 10, 0)
const stage = fc.record({ users: count, rate, ramp: duration, hold: duration }, { requiredKeys: [] })
const profile = fc.record(
  {
    kind: fc.constantFrom('constant', 'stages', 'spike', 'bursts', 'arrivals', 'shape'),
    ...{ users: count, baseUsers: count, peakUsers: count, burstUsers: count, maxUsers: count, repeat: count },
    ...{
      spawnRate: rate,
      rate,
      runTime: duration,
      after: duration,
      rampUp: duration,
      hold: duration,
      rampDown: duration,
    },
    ...{ every: duration, duration, ramp: duration, jitter: fc.constantFrom('50%', 0, 1) },
    stages: fc.array(stage, { maxLength: 4 }),
  },
  { requiredKeys: ['kind'] },
)

function checkPlan(values: unknown, flags = {}): boolean {
  try {
    const plan = planOf({ files: [JSON.stringify(values)], flags })
    const { durationMs } = createProfile(plan.profile)
    assert.ok(durationMs === undefined || durationMs > 0)
    return true
  } catch (error) {
    assert.ok(
      error instanceof KatydidError,
      `${JSON.stringify(values)}: ${error instanceof Error ? error.stack : error}`,
    )
    for (const line of [error.message, ...(error.hint ?? '').split('\n')])
      assert.doesNotMatch(line, /Invalid input|undefined|\[object|expected|Unrecognized/, JSON.stringify(values))
    return false
  }
}

test('random maps make a plan or a KatydidError that a person can read', () => {
  fc.assert(
    fc.property(value, (load) => void checkPlan({ load })),
    { numRuns: 1_000 },
  )
  fc.assert(
    fc.property(value, (values) => void checkPlan(values)),
    { numRuns: 300 },
  )
})

test('random profiles make a profile or a KatydidError', () => {
  let plans = 0
  fc.assert(
    fc.property(profile, (profile) => {
      if (checkPlan({ load: { file: 's.ts', profile } })) plans++
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 4 }), (stages) => {
      if (
        checkPlan({
          load: { file: 's.ts', profile: { kind: 'stages', stages: stages.map(({ rate, ...rest }) => rest) } },
        })
      )
        plans++
    }),
    { numRuns: 300 },
  )
  assert.ok(plans > 20, `only ${plans} of them were plans`)
})

test('random flags make a plan or a KatydidError', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('5', '5m', '10/s', '-1', '1e9', 'NaN', 'Infinity', '0x10'))
  const flags = fc.record(
    {
      ...{
        users: text,
        spawnRate: text,
        runTime: text,
        arrivals: text,
        maxUsers: text,
        stopTimeout: text,
        warmup: text,
      },
      host: text,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(flags, (flags) => void checkPlan({ load: { file: 's.ts' } }, flags)),
    { numRuns: 500 },
  )
})
