import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { planJson, usersPerWorker } from '../../runner/src/cli/plan-json.ts'
import { planOf } from '../../runner/src/plan/plan.fixture.ts'
import { parseValues, readValuesFile } from '../../runner/src/plan/values-file.ts'
import { helms, render, root } from './helm.ts'

/** Templates mean the same to both Helms: one is enough to count. */
const helm = helms.find(({ skip }) => skip === false)
const skip = helm === undefined && 'there is no Helm: the chart was NOT compared with the runner'

const users = fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(1, 499, 500, 501, 1_000, 1_001))
const few = fc.integer({ min: 0, max: 100 })
const amount = fc.oneof(
  fc.integer({ min: 1, max: 5_000 }),
  fc.integer({ min: 1, max: 50_000 }).map((n) => n / 100),
)
/** In all the ways there are to say it; never 0. */
const span = fc.oneof(
  amount,
  amount.map(String),
  amount.map((n) => `${n}s`),
  amount.map((n) => `${n}m`),
  fc.integer({ min: 1, max: 9_999 }).map((n) => `${n}ms`),
  fc.tuple(few, few).map(([m, s]) => `1h${m}m${s}s`),
  fc.constantFrom('1d', '7d', '1d12h', '0.5h'),
)
const maybe = fc.option(span, { nil: undefined })
const pause = fc.option(fc.oneof(span, fc.constant(0), fc.constant('0s')), { nil: undefined })
const stages = (level: Record<string, fc.Arbitrary<number>>) =>
  fc.array(fc.record({ ...level, hold: span, ramp: pause }), { minLength: 1, maxLength: 5 })

/** A jump of more than it had, so that the peak is above what was. */
const rise = (low: 'baseUsers', high: 'peakUsers' | 'burstUsers') =>
  fc.tuple(fc.option(few, { nil: undefined }), users).map(([base, more]) => ({
    ...(base === undefined ? {} : { [low]: base }),
    [high]: Math.min(1_000_000, (base ?? 0) + more),
  }))

const constant = fc.record({ kind: fc.constant('constant'), users, runTime: span })
const staged = fc.record({ kind: fc.constant('stages'), stages: stages({ users }) })
const spike = fc
  .tuple(
    rise('baseUsers', 'peakUsers'),
    fc.record({ after: span, rampUp: pause, hold: span, rampDown: pause }),
    fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
    fc.boolean(),
  )
  // 3000 days are later than the end of any last spike here
  .map(([levels, times, repeat, cut]) => ({
    kind: 'spike',
    ...levels,
    ...times,
    repeat,
    ...(cut && { runTime: '3000d' }),
  }))
const bursts = fc
  .tuple(rise('baseUsers', 'burstUsers'), span, maybe)
  .map(([levels, runTime]) => ({ kind: 'bursts', ...levels, every: '10m', duration: '30s', ramp: '5s', runTime }))
const arrivals = fc.oneof(
  fc.record({ kind: fc.constant('arrivals'), rate: fc.constant('20/s'), runTime: span, maxUsers: users }),
  fc.record({ kind: fc.constant('arrivals'), stages: stages({ rate: users }), maxUsers: users }),
)
const shape = fc.record({ kind: fc.constant('shape'), runTime: span })

const counted = (more: object) =>
  fc.record(
    {
      ...more,
      processes: fc.integer({ min: 1, max: 256 }),
      maxWait: span,
    },
    { requiredKeys: [] },
  )
const workers = fc.oneof(counted({ count: fc.integer({ min: 1, max: 10_000 }) }), counted({ usersPerWorker: users }))

/** As one values file; what is undefined is not in it. */
const values = fc
  .tuple(fc.oneof(constant, staged, spike, bursts, arrivals, shape), pause, maybe, maybe, workers)
  .map(([profile, stopTimeout, setupTimeout, teardownTimeout, workers]) => ({
    load: { file: 'examples/shop.ts', profile, stopTimeout, setupTimeout, teardownTimeout },
    workers,
    helmTimeout: '3650d',
  }))

test('chart and runner agree on how many workers a plan needs, and for how long', { skip }, () => {
  fc.assert(
    fc.property(values, (values) => {
      const plan = planOf({ files: [JSON.stringify(values)] })
      const { workers, durationMs } = planJson(plan)
      const { exitCode, stdout, stderr } = render(helm!.path, [values], ['--show-only', 'templates/workers.yaml'])
      if (workers === null) {
        assert.notEqual(exitCode, 0)
        assert.match(stderr, /workers\.count is missing/)
        return
      }
      assert.equal(exitCode, 0, stderr)
      const { spec } = parseValues(stdout, 'workers.yaml') as { spec: Record<string, unknown> }
      const { processes = 1 } = plan.workers
      assert.equal((spec.completions as number) * processes, workers)
      assert.equal(spec.parallelism, spec.completions)
      const { setupTimeout, teardownTimeout } = values.load
      const hooksMs =
        (setupTimeout === undefined ? 0 : plan.setupTimeout) +
        (teardownTimeout === undefined ? 0 : plan.teardownTimeout)
      const longestMs = plan.workers.maxWait + (durationMs ?? Number.NaN) + plan.stopTimeout + hooksMs + 30_000
      // to the microsecond, as the runner reads durations
      assert.equal(spec.activeDeadlineSeconds, Math.ceil(Math.round(longestMs * 1_000) / 1_000_000))
    }),
    { numRuns: 40 },
  )
})

test('both count as many users to a worker where nobody says how many', () => {
  const { values } = readValuesFile(join(root, 'chart/values.yaml'))
  // one that is there would be taken for one that was said, beside a count
  assert.equal((values.workers as Record<string, unknown>).usersPerWorker, undefined)
  assert.match(
    readFileSync(join(root, 'chart/templates/_plan.tpl'), 'utf8'),
    new RegExp(`usersPerWorker \\| default ${usersPerWorker} `),
  )
})

/** What whoever starts a run says besides a values file: the first step of a workflow. */
const inputs = ['--set', 'load.profile.users=10000', '--set', 'workers.usersPerWorker=100']
const theHost = { load: { host: 'http://shop.test' }, helmTimeout: '365d' }
const places = ['aks.yaml', 'eks.yaml', 'kind.yaml', 'minikube.yaml']
const inTheWay: Record<string, RegExp> = {
  'arrivals.yaml': /load\.profile has users, but load\.profile\.kind is arrivals/,
  'bursts.yaml': /load\.profile has users, but load\.profile\.kind is bursts.*burstUsers/,
  'continuous.yaml': /mode continuous is one pod with one worker, but workers\.usersPerWorker 100 needs 100 workers/,
  'ramp.yaml': /load\.profile has users, but load\.profile\.kind is stages.*users of each stage/,
  'shape.yaml': /workers\.count is 2 and workers\.usersPerWorker is 100/,
  'spike.yaml': /load\.profile has users, but load\.profile\.kind is spike.*peakUsers/,
  'stages.yaml': /load\.profile has users, but load\.profile\.kind is stages/,
  'stress.yaml': /load\.profile has users, but load\.profile\.kind is stages/,
}

describe('users and users to a worker over every values file: as many workers, or what is in the way', { skip }, () => {
  for (const name of readdirSync(join(root, 'values')))
    test(name, () => {
      const files = [...(places.includes(name) ? ['smoke.yaml'] : []), name, theHost]
      const { exitCode, stdout, stderr } = render(helm!.path, files, inputs)
      const refusal = inTheWay[name]
      if (refusal) {
        assert.equal(exitCode, 1)
        assert.match(stderr, refusal)
      } else {
        assert.equal(exitCode, 0, stderr)
        assert.match(stdout, name === 'schedule.yaml' ? /- --processes\n\s*- "100"/ : /completions: 100\n/)
      }
    })

  test('a count of the user’s own file, and usersPerWorker', () => {
    const { exitCode, stderr } = render(helm!.path, ['load.yaml', { workers: { count: 2 } }, theHost], inputs)
    assert.equal(exitCode, 1)
    assert.match(
      stderr,
      /workers\.count is 2 and workers\.usersPerWorker is 100: set only one of them.*workers\.count=null/,
    )
    const taken = render(
      helm!.path,
      ['load.yaml', { workers: { count: 2 } }, theHost],
      [...inputs, '--set', 'workers.count=null'],
    )
    assert.match(taken.stdout, /completions: 100\n/, taken.stderr)
    assert.throws(
      () => planOf({ files: ['load: { file: shop.ts }', 'workers: { count: 2, usersPerWorker: 100 }'] }),
      /workers\.usersPerWorker: is 100, and count is 2: set only one of them/,
    )
  })
})
