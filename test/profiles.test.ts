import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Lateness } from './lateness.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
let late = new Lateness()
beforeEach(async () => {
  await target.reset()
  late = new Lateness()
})
const host = ['-H', target.url]

/** Says hello and goodbye, and does nothing between: the target's log shows when users came and went. */
const marking = `
import { constant, HttpUser, LoadShape, task } from 'katydid'
export class Marker extends HttpUser {
  waitTime = constant(60)
  async onStart() { await this.client.get('/status/200/start') }
  async onStop() { await this.client.get('/status/200/stop') }
  @task async t() {}
}
`
/** One iteration is one request. */
const iterating = (path: string) => `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0)
  @task async t() { await this.client.get('${path}') }
}
`
const momentsOf = async (step: 'start' | 'stop') =>
  (await target.log())
    .filter(({ path }) => path === `/status/200/${step}`)
    .map(({ arrivedAt }) => arrivedAt)
    .sort((a, b) => a - b)

/** The most that fall into any window of that length. */
function busiest(moments: number[], windowMs: number): number {
  return Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + windowMs).length))
}

test('a ramp is smooth: at 2.5 users/s no second starts more than 3', async () => {
  const run = await runKatydid(['run', 'm.ts', ...host, '-u', '8', '-r', '2.5', '-t', '4s'], {
    files: { 'm.ts': marking },
  })
  assertExit(run, 0)
  await assertTruth(run, target)
  const starts = await momentsOf('start')
  assert.equal(starts.length, 8)
  assert.ok(busiest(starts, 1000 - late.ms) <= 3, `starts: ${starts.map((at) => Math.round(at - starts[0]!))}`)
  for (const [index, at] of starts.entries())
    assert.ok(
      Math.abs(at - starts[0]! - index * 400) < 120 + late.ms,
      `start ${index} came after ${Math.round(at - starts[0]!)} ms`,
    )
})

test('stages ramp up and down smoothly', async () => {
  const values = `
load:
  profile:
    kind: stages
    stages:
      - { users: 10, ramp: 1s }
      - { users: 0, ramp: 2s }
`
  const run = await runKatydid(['run', 'm.ts', ...host, '-f', 'v.yaml'], {
    files: { 'm.ts': marking, 'v.yaml': values },
  })
  assertExit(run, 0)
  await assertTruth(run, target)
  const [starts, stops] = [await momentsOf('start'), await momentsOf('stop')]
  assert.deepEqual([starts.length, stops.length], [10, 10])
  assert.ok(busiest(starts, 300 - late.ms) <= 5, `starts: ${starts.map((at) => Math.round(at - starts[0]!))}`)
  assert.ok(busiest(stops, 600 - late.ms) <= 5, `stops: ${stops.map((at) => Math.round(at - starts[0]!))}`)
  assert.ok(stops.at(-1)! - stops[0]! > 1300 - late.ms)
})

test('arrivals come evenly, and go on coming while the target answers nobody', async () => {
  const arriving = runKatydid(['run', 'a.ts', ...host, '--arrivals', '50/s', '--max-users', '200', '-t', '3s'], {
    files: { 'a.ts': iterating('/json') },
  })
  await target.loaded(50)
  await target.hold(1000)
  const run = await arriving
  await assertTruth(run, target)
  const { offered, started, dropped } = run.result.arrivals!
  assert.ok(Math.abs(offered - 150) <= 1, `${offered} offered`)
  assert.deepEqual([started, dropped], [offered, 0])
  const { bins } = await target.counts()
  const whole = bins.counts.slice(1, 29)
  const more = (5 * late.ms) / 100
  assert.ok(Math.max(...whole) <= 7 + more && Math.min(...whole) >= 3 - more, `by 100 ms: ${bins.counts}`)
  const { latencyMs, scheduledLatencyMs } = run.result.totals
  assert.ok(scheduledLatencyMs!.max > 900 && latencyMs.max > 900)
  assert.ok(scheduledLatencyMs!.p50 >= latencyMs.p50)
})

test('a frozen target: what was intended is offered, and latency counts from there', async () => {
  const arriving = runKatydid(['run', 'a.ts', ...host, '--arrivals', '100/s', '--max-users', '300', '-t', '3s'], {
    files: { 'a.ts': iterating('/json') },
  })
  await target.loaded(50)
  await target.freeze(1000)
  const run = await arriving
  await assertTruth(run, target)
  const { offered, started, dropped } = run.result.arrivals!
  assert.ok(Math.abs(offered - 300) <= 2, `${offered} offered`)
  assert.equal(started + dropped, offered)
  assert.equal(dropped, 0)
  // of 300 arrivals the 100 during the freeze waited 0–1000 ms: p90 of all is 700 ms
  const { p90 } = run.result.totals.scheduledLatencyMs!
  assert.ok(p90 > 600 - late.ms && p90 < 800 + late.ms, `p90 from the intended start is ${p90}`)
})

test('arrivals that find no user free are counted as dropped, and break the run', async () => {
  const run = await runKatydid(['run', 'a.ts', ...host, '--arrivals', '40/s', '--max-users', '4', '-t', '2s'], {
    files: { 'a.ts': iterating('/delay/400') },
  })
  assertExit(run, 2)
  await assertTruth(run, target)
  const { offered, started, dropped } = run.result.arrivals!
  assert.ok(Math.abs(offered - 80) <= 1, `${offered} offered`)
  assert.equal(started + dropped, offered)
  assert.ok(started >= 10 && started <= 24, `${started} started`)
  assert.equal((await target.counts()).total, started)
  assert.ok(run.result.verdict.findings.some(({ text, outcome }) => outcome === 'broken' && /dropped/.test(text)))
})

test('a shape: every stage happens, however short, and its end is the end', async () => {
  const shape = `${marking}
export class Steps extends LoadShape {
  tick() {
    const steps = [[2, 100], [6, 1], [3, 100], [0, 100]] as const
    return steps[Math.floor(this.runTime)]
  }
}
`
  const values = 'load:\n  profile: { kind: shape }\n'
  const run = await runKatydid(['run', 'm.ts', ...host, '-f', 'v.yaml'], { files: { 'm.ts': shape, 'v.yaml': values } })
  assertExit(run, 0)
  await assertTruth(run, target)
  const [starts, stops] = [await momentsOf('start'), await momentsOf('stop')]
  const at = (ms: number) =>
    starts.filter((moment) => moment - starts[0]! < ms).length -
    stops.filter((moment) => moment - starts[0]! < ms).length
  assert.equal(at(500), 2)
  assert.ok(at(1900) === 3 || at(1900) === 2, `${at(1900)} users in the slow ramp`)
  assert.ok(run.result.durationMs > 3500 && run.result.durationMs < 5500 + late.ms, `lasted ${run.result.durationMs}`)
})

test('a LoadShape runs whatever is said of the run time, reads what it may, and plan shows the same', async () => {
  const shape = `${marking}
export class Waves extends LoadShape {
  static useCommonOptions = true
  tick() { return [this.users ?? 2, this.spawnRate ?? 50] }
}
`
  const files = { 'm.ts': shape }
  const flags = ['-u', '4', '-r', '40']
  const env = { LOCUST_RUN_TIME: '1s' }
  const planned = await runKatydid(['plan', 'm.ts', '--json', ...flags], { files, env })
  assertExit(planned, 0)
  const { peakUsers, durationMs } = JSON.parse(planned.stdout)
  assert.deepEqual([peakUsers, durationMs], [4, 1_000])
  const run = await runKatydid(['run', 'm.ts', ...host, ...flags, '--on-saturated', 'warn'], { files, env })
  assertExit(run, 0)
  await assertTruth(run, target)
  assert.match(run.stdout, /^katydid m\.ts .*shape: Waves, for 1s$/m)
  assert.equal((await momentsOf('start')).length, peakUsers)

  await target.reset()
  const deaf = shape.replace('static useCommonOptions = true', '')
  const refused = await runKatydid(['run', 'm.ts', ...host, '-u', '3'], { files: { 'm.ts': deaf }, json: false })
  assertExit(refused, 2)
  assert.match(
    refused.stderr,
    /^katydid: --users: the LoadShape Waves of the load file sets the load and does not read users/,
  )

  const values = 'load:\n  profile: { kind: constant, users: 2, spawnRate: 10, runTime: 300ms }\n'
  const stated = await runKatydid(['run', 'm.ts', ...host, '-f', 'v.yaml'], {
    files: { 'm.ts': deaf, 'v.yaml': values },
  })
  assertExit(stated, 0)
  assert.match(
    stated.stderr,
    /WARN: the LoadShape Waves of the load file does not run: a values file sets a profile of kind constant/,
  )
})

test('a load file with a LoadShape needs no other profile, as in Locust', async () => {
  const shape = `${marking}
export class Short extends LoadShape {
  tick() { return this.runTime < 1 ? ([2, 100] as const) : undefined }
}
`
  const run = await runKatydid(['run', 'm.ts', ...host], { files: { 'm.ts': shape } })
  assertExit(run, 0)
  await assertTruth(run, target)
  assert.ok(run.result.durationMs < 30_000, `lasted ${run.result.durationMs} ms`)
  assert.equal((await momentsOf('start')).length, 2)
})

test('a spike and a burst are levels with ramps between them', async () => {
  const kinds = {
    spike:
      'kind: spike, baseUsers: 2, peakUsers: 8, after: 1s, rampUp: 500ms, hold: 500ms, rampDown: 500ms, runTime: 3s',
    bursts: 'kind: bursts, baseUsers: 2, burstUsers: 8, every: 1500ms, duration: 1s, ramp: 300ms, runTime: 3s',
  }
  for (const [kind, profile] of Object.entries(kinds)) {
    await target.reset()
    const run = await runKatydid(['run', 'm.ts', ...host, '-f', 'v.yaml'], {
      files: { 'm.ts': marking, 'v.yaml': `load:\n  profile: { ${profile} }\n` },
    })
    assertExit(run, 0)
    await assertTruth(run, target)
    const [starts, stops] = [await momentsOf('start'), await momentsOf('stop')]
    const running = (atMs: number) => {
      const until = starts[0]! + atMs
      return starts.filter((at) => at < until).length - stops.filter((at) => at < until).length
    }
    const curve = Array.from({ length: 29 }, (_, index) => running((index + 1) * 100))
    assert.equal(curve[2], 2, `${kind}: ${curve}`)
    assert.equal(Math.max(...curve), 8, `${kind}: ${curve}`)
    assert.ok(curve.lastIndexOf(2) > curve.indexOf(8), `${kind} comes back down: ${curve}`)
    for (const [index, users] of curve.entries())
      if (index > 1) assert.ok(Math.abs(users - curve[index - 1]!) <= 4 + late.ms / 50, `${kind} jumps: ${curve}`)
  }
})

test('plan draws every kind and sends nothing', async () => {
  const kinds = {
    constant: 'kind: constant, users: 100, spawnRate: 10/s, runTime: 5m',
    stages: 'kind: stages, stages: [{ users: 50, ramp: 1m }, { users: 0, ramp: 30s }]',
    spike: 'kind: spike, baseUsers: 5, peakUsers: 60, after: 20s, rampUp: 5s, hold: 20s',
    bursts: 'kind: bursts, baseUsers: 2, burstUsers: 40, every: 30s, duration: 10s, ramp: 2s, runTime: 3m',
    arrivals: 'kind: arrivals, rate: 20/s, runTime: 1m, maxUsers: 50',
  }
  const peaks: Record<string, RegExp> = { constant: /100/, stages: /50/, spike: /60/, bursts: /40/, arrivals: /20/ }
  for (const [kind, profile] of Object.entries(kinds)) {
    const run = await runKatydid(['plan', 'm.ts', ...host, '-f', 'v.yaml'], {
      files: { 'm.ts': marking, 'v.yaml': `load:\n  profile: { ${profile} }\n` },
    })
    assertExit(run, 0)
    assert.ok(run.stdout.split('\n').length > 8, run.stdout)
    assert.match(run.stdout, peaks[kind]!)
  }
  assert.equal((await target.counts()).connections, 0)
})
