import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { planOf } from './plan.fixture.ts'

const file = 'load: { file: shop.ts }'

test('a load file is all a plan needs; the rest are defaults', () => {
  assert.deepEqual(planOf({ files: [file] }), {
    file: 'shop.ts',
    host: undefined,
    profile: { kind: 'constant', users: 1, spawnRate: 1 },
    stopTimeout: 30_000,
    setupTimeout: 60_000,
    teardownTimeout: 60_000,
    warmup: 0,
    thresholds: [],
    params: {},
    tags: [],
    excludeTags: [],
    userClasses: [],
    onSaturated: 'broken',
    http: {
      timeout: 60_000,
      connectTimeout: 10_000,
      connections: 'user',
      keepAlive: true,
      http2: false,
      insecure: false,
      maxRedirects: 30,
      maxBodyBytes: 16_777_216,
    },
    guard: {},
    maxNames: 500,
    stats: { reportInterval: 1_000 },
    workers: { maxWait: 120_000, onLoss: 'rebalance' },
  })
})

test('units become ms, per second and bytes', () => {
  const plan = planOf({
    files: [
      `load:
  file: shop.ts
  host: https://shop.example/base
  profile: { kind: constant, users: 100, spawnRate: 600/m, runTime: 1h30m }
  stopTimeout: 5
  warmup: 30s
  thresholds:
    - p95 < 300ms
    - { that: fail_ratio < 5%, window: 1m, abort: true, after: 30s }
  params: { tenant: blue, count: 3, full: true }
  http: { maxBodyBytes: 1KiB, timeout: 500ms }
workers: { count: 4, maxWait: 3m, onLoss: fail, processes: 2 }
image: { tag: v1 } # the chart's
`,
    ],
  })
  assert.deepEqual(plan.profile, { kind: 'constant', users: 100, spawnRate: 10, runTime: 5_400_000 })
  assert.equal(plan.host, 'https://shop.example/base')
  assert.equal(plan.stopTimeout, 5_000)
  assert.equal(plan.warmup, 30_000)
  assert.deepEqual(plan.thresholds, [
    { that: 'p95 < 300ms', abort: false },
    { that: 'fail_ratio < 5%', window: 60_000, abort: true, after: 30_000 },
  ])
  assert.deepEqual(plan.params, { tenant: 'blue', count: 3, full: true })
  assert.equal(plan.http.maxBodyBytes, 1_024)
  assert.equal(plan.http.timeout, 500)
  assert.deepEqual(plan.workers, { count: 4, maxWait: 180_000, onLoss: 'fail', processes: 2 })
  assert.ok(!('image' in plan))
})

test('every kind of profile is read', () => {
  const read = (profile: string) => planOf({ files: [file, `load: { profile: ${profile} }`] }).profile
  assert.deepEqual(read('{ kind: stages, stages: [{ ramp: 1m, users: 5 }, { hold: 2m }, { users: 9, hold: 1s }] }'), {
    kind: 'stages',
    stages: [
      { ramp: 60_000, users: 5, hold: 0 },
      { ramp: 0, hold: 120_000 },
      { ramp: 0, users: 9, hold: 1_000 },
    ],
  })
  assert.deepEqual(read('{ kind: spike, peakUsers: 50, after: 1m, hold: 10s }'), {
    kind: 'spike',
    baseUsers: 0,
    peakUsers: 50,
    after: 60_000,
    rampUp: 0,
    hold: 10_000,
    rampDown: 0,
    repeat: 1,
  })
  assert.deepEqual(read('{ kind: bursts, burstUsers: 50, every: 1h, duration: 1m, jitter: 50% }'), {
    kind: 'bursts',
    baseUsers: 0,
    burstUsers: 50,
    every: 3_600_000,
    duration: 60_000,
    ramp: 0,
    jitter: 0.5,
  })
  assert.deepEqual(read('{ kind: arrivals, rate: 600/m, maxUsers: 50, runTime: 90 }'), {
    kind: 'arrivals',
    rate: 10,
    maxUsers: 50,
    distribution: 'even',
    runTime: 90_000,
  })
  assert.deepEqual(read('{ kind: shape, class: Day }'), { kind: 'shape', class: 'Day' })
})

test('nobody can change a plan', () => {
  const plan = planOf({ files: [`${file}\nworkers: { count: 2 }`], flags: { thresholds: ['p95 < 1s'] } })
  const seen: unknown[] = [plan]
  for (const value of seen) {
    assert.ok(Object.isFrozen(value))
    for (const part of Object.values(value as object)) if (typeof part === 'object' && part !== null) seen.push(part)
  }
  assert.ok(seen.length > 8)
})

describe('flags go over the environment over values files over defaults', () => {
  const files = ['load: { file: a.ts, host: "http://a", stopTimeout: 1s }', 'load: { host: "http://b", tags: [a, b] }']

  test('host, from each', () => {
    const env = { KATYDID_HOST: 'http://katydid', LOCUST_HOST: 'http://locust' }
    assert.equal(planOf({ files: [files[0] as string] }).host, 'http://a')
    assert.equal(planOf({ files }).host, 'http://b')
    assert.equal(planOf({ files, env: { LOCUST_HOST: env.LOCUST_HOST } }).host, 'http://locust')
    assert.equal(planOf({ files, env }).host, 'http://katydid')
    assert.equal(planOf({ files, env, flags: { host: 'http://flag' } }).host, 'http://flag')
    assert.equal(planOf({ files, env: { KATYDID_HOST: '' } }).host, 'http://b')
  })

  test('lists are replaced, not joined', () => {
    assert.deepEqual(planOf({ files }).tags, ['a', 'b'])
    assert.deepEqual(planOf({ files, env: { LOCUST_TAGS: 'a b,c' } }).tags, ['a', 'b', 'c'])
    assert.deepEqual(planOf({ files, flags: { tags: ['z'] } }).tags, ['z'])
  })

  test('null in a later file goes back to the default', () => {
    assert.equal(planOf({ files: [...files, 'load: { stopTimeout: null }'] }).stopTimeout, 30_000)
    assert.equal(planOf({ files: [...files, 'load: { host: null }'] }).host, undefined)
  })

  test('parameters are merged', () => {
    const plan = planOf({
      files: ['load: { file: a.ts, params: { a: 1, b: 1, c: 1 } }'],
      env: { KATYDID_PARAMS: 'b=env c=env' },
      flags: { params: { c: 'flag', d: 'flag' } },
    })
    assert.deepEqual(plan.params, { a: 1, b: 'env', c: 'flag', d: 'flag' })
  })
})

describe('the command line', () => {
  const flags = { file: 'a.ts' }

  test('makes a constant profile', () => {
    const plan = planOf({ flags: { ...flags, users: '100', spawnRate: '10', runTime: '5m' } })
    assert.deepEqual(plan.profile, { kind: 'constant', users: 100, spawnRate: 10, runTime: 300_000 })
    assert.deepEqual(planOf({ flags: { ...flags, runTime: '300' } }).profile, {
      ...{ kind: 'constant', users: 1, spawnRate: 1, runTime: 300_000 },
    })
  })

  test('makes an open-model profile', () => {
    assert.deepEqual(planOf({ flags: { ...flags, arrivals: '200/s', maxUsers: '50', runTime: '1m' } }).profile, {
      kind: 'arrivals',
      rate: 200,
      maxUsers: 50,
      distribution: 'even',
      runTime: 60_000,
    })
  })

  test("changes a values file's profile where its kind has the field", () => {
    const change = (profile: string, more: object) =>
      planOf({ files: [`load: { profile: ${profile} }`], flags: { ...flags, ...more } }).profile
    assert.deepEqual(change('{ kind: constant, users: 5, spawnRate: 2, runTime: 1h }', { users: 9, runTime: '1m' }), {
      ...{ kind: 'constant', users: 9, spawnRate: 2, runTime: 60_000 },
    })
    assert.deepEqual(change('{ kind: shape, class: Day }', { runTime: '1m' }), {
      ...{ kind: 'shape', class: 'Day', runTime: 60_000 },
    })
    const arrivals = change('{ kind: arrivals, rate: 5/s, maxUsers: 9 }', { arrivals: '7/s', maxUsers: '8' })
    assert.deepEqual(arrivals, { kind: 'arrivals', rate: 7, maxUsers: 8, distribution: 'even' })
  })

  test('says everything else a plan has', () => {
    const plan = planOf({
      flags: {
        ...flags,
        stopTimeout: '5',
        warmup: '10s',
        excludeTags: ['slow'],
        userClasses: ['Shopper'],
        thresholds: ['p95 < 1s'],
        onSaturated: 'warn',
        maxNames: '20',
        maxRps: '600/m',
        expectWorkers: '3',
        expectWorkersMaxWait: '60',
        keepAlive: false,
        http2: true,
        timeout: '5s',
        maxRedirects: '0',
        maxBody: '1MiB',
        proxy: 'http://p:1',
      },
    })
    assert.equal(plan.stopTimeout, 5_000)
    assert.equal(plan.warmup, 10_000)
    assert.deepEqual(plan.excludeTags, ['slow'])
    assert.deepEqual(plan.userClasses, ['Shopper'])
    assert.deepEqual(plan.thresholds, [{ that: 'p95 < 1s', abort: false }])
    assert.equal(plan.onSaturated, 'warn')
    assert.equal(plan.maxNames, 20)
    assert.equal(plan.guard.maxRps, 10)
    assert.equal(plan.workers.count, 3)
    assert.equal(plan.workers.maxWait, 60_000)
    const { keepAlive, http2, timeout, maxRedirects, maxBodyBytes, proxy } = plan.http
    assert.deepEqual([keepAlive, http2, timeout, maxRedirects], [false, true, 5_000, 0])
    assert.deepEqual([maxBodyBytes, proxy], [1_048_576, 'http://p:1'])
  })
})

test('whoever comes from Locust may keep the environment', () => {
  const plan = planOf({
    flags: { file: 'a.ts' },
    env: {
      LOCUST_HOST: 'http://locust',
      LOCUST_USERS: '20',
      LOCUST_SPAWN_RATE: '2',
      LOCUST_RUN_TIME: '1h30m',
      LOCUST_STOP_TIMEOUT: '10',
      LOCUST_TAGS: 'a b',
      LOCUST_EXCLUDE_TAGS: 'c',
      LOCUST_USER_CLASSES: 'A B',
      LOCUST_EXPECT_WORKERS: '4',
      LOCUST_EXPECT_WORKERS_MAX_WAIT: '30',
      LOCUST_LOCUSTFILE: 'locustfile.py',
    },
  })
  assert.deepEqual(plan.profile, { kind: 'constant', users: 20, spawnRate: 2, runTime: 5_400_000 })
  assert.deepEqual([plan.file, plan.host, plan.stopTimeout], ['a.ts', 'http://locust', 10_000])
  assert.deepEqual([plan.tags, plan.excludeTags, plan.userClasses], [['a', 'b'], ['c'], ['A', 'B']])
  assert.deepEqual([plan.workers.count, plan.workers.maxWait], [4, 30_000])
})

test('switches and quantities come from KATYDID_ variables too', () => {
  const { http, thresholds, profile } = planOf({
    flags: { file: 'a.ts' },
    env: {
      KATYDID_HTTP_KEEP_ALIVE: 'false',
      KATYDID_HTTP_HTTP2: '1',
      KATYDID_HTTP_MAX_BODY_BYTES: '2MiB',
      KATYDID_THRESHOLDS: 'p95 < 1s; fail_ratio < 2%',
      KATYDID_ARRIVALS: '5/s',
      KATYDID_MAX_USERS: '6',
    },
  })
  assert.deepEqual([http.keepAlive, http.http2, http.maxBodyBytes], [false, true, 2_097_152])
  assert.deepEqual(
    thresholds.map(({ that }) => that),
    ['p95 < 1s', 'fail_ratio < 2%'],
  )
  assert.deepEqual(profile, { kind: 'arrivals', rate: 5, maxUsers: 6, distribution: 'even' })
})
