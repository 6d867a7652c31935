import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
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

const workers = fc.record(
  {
    count: fc.integer({ min: 1, max: 10_000 }),
    usersPerWorker: users,
    processes: fc.integer({ min: 1, max: 256 }),
    maxWait: span,
  },
  { requiredKeys: [] },
)

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
  assert.equal((values.workers as Record<string, unknown>).usersPerWorker, usersPerWorker)
})
