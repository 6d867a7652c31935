import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { createRedact } from '../../redact.ts'
import { Aggregate } from '../../stats/aggregate.ts'
import { bucketOf } from '../../stats/buckets.ts'
import type { Recorder } from '../../stats/recorder.ts'
import { finishOf, identity, local, planOf, tenSeconds, troubledRun } from '../run.fixture.ts'
import { toResult } from './result.ts'
import { shownResult } from './shown-result.ts'

const schema = JSON.parse(readFileSync(new URL('../../../result.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)
const runs = {
  passed: finishOf(tenSeconds()),
  troubled: troubledRun(),
  'with nothing in it': finishOf(new Aggregate(), { durationMs: 0, workers: [], events: [] }),
}

for (const [title, run] of Object.entries(runs))
  test(`a run ${title} is what the published schema says`, async () => {
    for (const plan of [planOf(), null]) {
      const result = JSON.parse(JSON.stringify(await toResult(run, plan))) as object
      assert.ok(validate(result), JSON.stringify(validate.errors))
      assert.doesNotMatch(JSON.stringify({ ...result, plan }), /NaN|Infinity/)
    }
  })

test('what ran is in it, where anything did', async () => {
  assert.deepEqual((await toResult(runs.passed, planOf())).run, identity)
  const { run } = await toResult(finishOf(tenSeconds(), { identity: { loadFile: identity.loadFile } }), planOf())
  assert.deepEqual(run, { loadFile: identity.loadFile })
  assert.ok(!('run' in (await toResult(finishOf(tenSeconds(), { identity: undefined }), planOf()))))
})

test('the schema can say no', async () => {
  const result = await toResult(runs.passed, planOf())
  assert.ok(!validate({ ...result, extra: 1 }))
  assert.ok(!validate({ ...result, totals: { ...result.totals, rps: null } }))
  assert.ok(!validate({ ...result, verdict: { ...result.verdict, outcome: 'fine' } }))
  const { series: _, ...without } = result
  assert.ok(!validate(without))
})

test('every property of the schema is described', () => {
  const check = (node: { properties?: object; $defs?: object } & object, path: string) => {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'object' || value === null) continue
      if (key === 'properties')
        for (const [name, property] of Object.entries(value as Record<string, { description?: string; $ref?: string }>))
          assert.ok(property.description || property.$ref, `${path}.${name}`)
      check(value, `${path}.${key}`)
    }
  }
  check(schema, '')
})

test('totals are the sums of the rows, and rates are over the whole duration', async () => {
  const { totals, requests, errors } = await toResult(troubledRun(), null)
  for (const what of ['requests', 'failures', 'aborted', 'hops', 'bytes'] as const)
    assert.equal(
      requests.reduce((sum, request) => sum + request[what], 0),
      totals[what],
      what,
    )
  assert.deepEqual([totals.method, totals.name, totals.requests, totals.failures], ['', 'Aggregated', 1_011, 21])
  assert.deepEqual([totals.aborted, totals.hops], [10, 10])
  assert.deepEqual([totals.rps, totals.failuresPerSecond], [101.1, 2.1])
  assert.equal(
    errors.reduce((sum, { occurrences }) => sum + occurrences, 0),
    totals.failures,
  )
})

test('successes and failures apart where there are both; intended starts where there are any', async () => {
  const { totals, requests } = await toResult(troubledRun(), null)
  const [add, products, pay] = requests
  assert.deepEqual([add?.name, products?.name, pay?.name], ['/cart/add/[id]', '/products', '/支払い/🦗'])
  assert.ok((add?.failedLatencyMs?.min ?? 0) >= 12 && (add?.okLatencyMs?.max ?? 99) < 12)
  assert.equal(add?.latencyMs.max, 1_500.5)
  assert.ok(products && !('okLatencyMs' in products) && !('scheduledLatencyMs' in products))
  assert.deepEqual([pay?.latencyMs.p50, pay?.scheduledLatencyMs?.p50, pay?.scheduledLatencyMs?.max], [20, 120, 1_300])
  assert.ok(pay?.scheduledAtLeast?.includes('max') && !pay.scheduledAtLeast.includes('p50'))
  assert.equal(totals.scheduledLatencyMs?.max, 1_300)
})

test('requests without an answer count as long as they have waited, and what rests on them is marked', async () => {
  const { totals, requests } = await toResult(troubledRun(), null)
  const [add, , pay] = requests
  assert.deepEqual([add?.unanswered, add?.atLeast, add?.unansweredMs], [0, undefined, undefined])
  assert.deepEqual([pay?.unanswered, pay?.latencyMs.max, pay?.latencyMs.min], [10, 1_300, 20])
  assert.deepEqual(pay?.atLeast, ['mean', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'])
  assert.equal(pay?.unansweredMs?.min, 1_300)
  assert.deepEqual([totals.unanswered, totals.latencyMs.max, totals.atLeast?.includes('max')], [10, 1_500.5, false])
  const stats = new Aggregate()
  stats.wait([
    { method: 'GET', name: '/hangs', ages: { count: 1, sum: 7e3, min: 7e3, max: 7e3, buckets: [bucketOf(7e3), 1] } },
  ])
  const waiting = await toResult(finishOf(stats), null)
  assert.ok(validate(JSON.parse(JSON.stringify(waiting))), JSON.stringify(validate.errors))
  assert.deepEqual(
    [waiting.requests[0]?.name, waiting.totals.latencyMs.max, waiting.totals.atLeast?.length],
    ['/hangs', 7_000, 9],
  )
})

test('what was asked for and what ran, over time; nothing where a run asks for arrivals', async () => {
  const windows = [
    { from: 0, until: 1, seconds: 0.999_96, askedUserSeconds: 9.999_6, userSeconds: 4.999_8 },
    { from: 1, until: 2, seconds: 1, askedUserSeconds: 10, userSeconds: 10 },
  ]
  const load = { askedPeakUsers: 10, askedUserSeconds: 19.999_6, userSeconds: 14.999_8, windows }
  const result = await toResult(finishOf(tenSeconds(), { load }), null)
  assert.ok(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors))
  assert.deepEqual([result.load?.askedPeakUsers, result.load?.askedUserSeconds, result.load?.userSeconds], [10, 20, 15])
  assert.deepEqual(result.load?.windows[0], { from: 0, until: 1, seconds: 1, askedUserSeconds: 10, userSeconds: 5 })
  assert.ok(!('load' in (await toResult(troubledRun(), null))))
})

test('metrics by name and kind', async () => {
  const { metrics } = await toResult(runs.passed, null)
  assert.deepEqual(metrics.orders, { kind: 'counter', sum: 180, perSecond: 18 })
  assert.deepEqual(metrics.cached, { kind: 'rate', rate: 0.3, trues: 3, count: 10 })
  assert.deepEqual(metrics['status is 200'], { kind: 'rate', rate: 1, trues: 10, count: 10 })
  assert.deepEqual(metrics.queue, { kind: 'gauge', value: 4, at: '2026-11-23T12:00:09.500Z' })
  const { kind, count, min, max } = metrics.cart_size as { kind: string; count: number; min: number; max: number }
  assert.deepEqual([kind, count, min, max], ['trend', 40, 0, 9])
})

test('what a load file added up beyond all numbers is the largest there is, or no program could read the result', async () => {
  const beyond = (recorder: Recorder) => {
    recorder.counter('bytes', Number.MAX_VALUE)
    recorder.trend('size', Number.MAX_VALUE)
  }
  const run = finishOf(tenSeconds(beyond), { durationMs: 100 })
  const result = JSON.parse(JSON.stringify(await toResult(run, null))) as { metrics: Record<string, unknown> }
  assert.ok(validate(result), JSON.stringify(validate.errors))
  const most = Number.MAX_VALUE
  assert.deepEqual(result.metrics.bytes, { kind: 'counter', sum: most, perSecond: most })
  assert.equal((result.metrics.size as { mean: number }).mean, most)
})

test('a metric may have any name', async () => {
  const { metrics } = await toResult(finishOf(tenSeconds((recorder) => recorder.counter('__proto__', 1))), null)
  assert.ok(JSON.stringify(metrics).includes('"__proto__":{"kind":"counter"'))
})

test('secrets are out of every text, keys too; numbers stay numbers', async () => {
  const run = finishOf(tenSeconds((recorder) => recorder.counter('key s3cret', 1)))
  run.events.push({ atMs: 1, kind: 'warning', text: 'token s3cret refused' })
  const result = await shownResult(run, planOf({ host: 'http://s3cret@localhost' }), createRedact(['s3cret']))
  assert.doesNotMatch(JSON.stringify(result), /s3cret/)
  assert.ok(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors))
})

const keysOf = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, item]) => [...(Array.isArray(value) ? [] : [key]), ...keysOf(item)])

test('our own words stay where a secret is one; outside, the same word goes', async () => {
  const telling = (recorder: Recorder) => {
    recorder.counter('users', 1)
    recorder.request('GET', 'latencyMs').success(1, Number.NaN, 0)
  }
  const run = troubledRun(telling)
  run.users = { peak: 1, byClass: { requests: 1 } }
  run.workers = [{ ...local, id: 'running' }]
  const plan = planOf({ params: { verdict: 'passed' } })
  const open = await toResult(run, plan)
  const own = [...keysOf(open), 'passed', 'broken', 'running', 'constant', 'threshold', 'counter', '2026', 'Aggregated']
  for (const secrets of [own, ...own.map((word) => [word])]) {
    const shown = await shownResult(run, plan, createRedact(secrets))
    assert.ok(validate(JSON.parse(JSON.stringify(shown))), `${secrets}: ${JSON.stringify(validate.errors)}`)
    assert.deepEqual([shown.verdict.outcome, shown.startedAt], [open.verdict.outcome, open.startedAt])
    assert.deepEqual(Object.keys(shown), Object.keys(open))
    assert.deepEqual(shown.plan?.profile, open.plan?.profile)
  }
  const { metrics, users, workers, requests, plan: shownPlan } = await shownResult(run, plan, createRedact(own))
  assert.ok(!('users' in metrics) && '[redacted]' in metrics)
  assert.deepEqual([users.byClass, shownPlan?.params], [{ '[redacted]': 1 }, { '[redacted]': '[redacted]' }])
  assert.ok(workers[0]?.id === '[redacted]' && workers[0].state === 'running')
  assert.ok(!requests.some(({ name }) => name === 'latencyMs'))
})
