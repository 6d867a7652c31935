import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth, row } from './assert-truth.ts'
import { Lateness } from './lateness.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())
const host = ['-H', target.url]

const mixed = `
import { constant, HttpUser, task } from 'katydid'
export class Reader extends HttpUser {
  static weight = 3
  waitTime = constant(0.02)
  @task(3) async read() { await this.client.get('/json') }
  @task(1) async other() { await this.client.get('/bytes/' + (1 + Math.floor(Math.random() * 9)), { name: '/bytes/[n]' }) }
}
export class Writer extends HttpUser {
  static weight = 1
  waitTime = constant(0.02)
  @task async write() { await this.client.post('/echo', { json: { a: 1 } }) }
}
`

test('a run ends by itself and reports what the target counted, name by name', async () => {
  const late = new Lateness()
  const run = await runKatydid(['run', 'mixed.ts', ...host, '-u', '8', '-r', '80', '-t', '1500ms'], {
    files: { 'mixed.ts': mixed },
  })
  assertExit(run, 0)
  await assertTruth(run, target)
  const { byPath, connections } = await target.counts()
  assert.equal(row(run, 'GET', '/json').requests, byPath['GET /json'])
  assert.equal(row(run, 'POST', '/echo').requests, byPath['POST /echo'])
  const bytes = Object.entries(byPath).filter(([path]) => path.startsWith('GET /bytes/'))
  assert.equal(
    row(run, 'GET', '/bytes/[n]').requests,
    bytes.reduce((sum, [, count]) => sum + count, 0),
  )
  assert.equal(connections, 8, 'each user has a connection of its own')

  const { totals, verdict, durationMs } = run.result
  assert.equal(verdict.outcome, 'passed')
  assert.equal(totals.failures, 0)
  assert.ok(totals.requests > (late.ms < 100 ? 200 : 60), `${totals.requests} requests`)
  assert.ok(durationMs >= 1500 && durationMs < 2500 + late.ms, `lasted ${durationMs} ms`)
  assert.ok(Math.abs(totals.rps - totals.requests / (durationMs / 1000)) / totals.rps < 0.1, `${totals.rps} rps`)
  const { min, p50, p75, p90, p95, p99, p999, max } = totals.latencyMs
  const ascending = [min, p50, p75, p90, p95, p99, p999, max]
  assert.deepEqual(
    ascending,
    ascending.toSorted((a, b) => a - b),
  )
  assert.ok(min > 0 && max < 1500 + late.ms)
})

test('weights share out users, fixedCount comes first, classes can be chosen', async () => {
  const file = `
import { constant, HttpUser, task } from 'katydid'
class Base extends HttpUser {
  static abstract = true
  waitTime = constant(10)
  async onStart() { await this.client.get('/status/200?' + this.constructor.name, { name: this.constructor.name }) }
  @task async nothing() {}
}
export class Many extends Base { static weight = 3 }
export class Few extends Base { static weight = 1 }
export class One extends Base { static fixedCount = 1 }
`
  const args = [...host, '-u', '9', '-r', '90', '-t', '1s']
  const all = await runKatydid(['run', 'classes.ts', ...args], { files: { 'classes.ts': file } })
  assertExit(all, 0)
  const count = (run: typeof all) =>
    Object.fromEntries(run.result.requests.map(({ name, requests }) => [name, requests]))
  assert.deepEqual(count(all), { Few: 2, Many: 6, One: 1 })
  await assertTruth(all, target)
  await target.reset()
  const some = await runKatydid(['run', 'classes.ts', 'Few', 'One', ...args], { files: { 'classes.ts': file } })
  assert.deepEqual(count(some), { Few: 8, One: 1 })
  await assertTruth(some, target)
})

test('tags choose tasks', async () => {
  const file = `
import { constant, HttpUser, tag, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.02)
  @tag('read', 'fast') @task async a() { await this.client.get('/status/200?a', { name: 'a' }) }
  @tag('read') @task async b() { await this.client.get('/status/200?b', { name: 'b' }) }
  @task async c() { await this.client.get('/status/200?c', { name: 'c' }) }
}
export class V extends HttpUser {
  waitTime = constant(0.02)
  @tag('other') @task async d() { await this.client.get('/status/200?d', { name: 'd' }) }
}
`
  const names = async (...flags: string[]) => {
    await target.reset()
    const run = await runKatydid(['run', 'tags.ts', ...host, '-u', '4', '-r', '40', '-t', '700ms', ...flags], {
      files: { 'tags.ts': file },
    })
    assertExit(run, 0)
    await assertTruth(run, target)
    return run.result.requests.map(({ name }) => name)
  }
  assert.deepEqual(await names('-T', 'read'), ['a', 'b'])
  assert.deepEqual(await names('-T', 'read', '-E', 'fast'), ['b'])
  assert.deepEqual(await names('-E', 'read'), ['c', 'd'])
  // a class of which nothing is left is none, also where workers say what they have
  assert.deepEqual(await names('-T', 'read', '--processes', '1'), ['a', 'b'])
})

test('connections: own, shared, or a new one for each request', async () => {
  const file = (seconds: number) => `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(${seconds})
  @task async t() { await this.client.get('/json') }
}
`
  const connections = async (users: number, seconds: number, ...flags: string[]) => {
    await target.reset()
    const run = await runKatydid(['run', 'c.ts', ...host, '-u', `${users}`, '-r', '60', '-t', '1s', ...flags], {
      files: { 'c.ts': file(seconds) },
    })
    assertExit(run, 0)
    await assertTruth(run, target)
    const counts = await target.counts()
    return { connections: counts.connections, requests: counts.total }
  }
  assert.equal((await connections(6, 0.05)).connections, 6)
  // users come one after another, so that hardly two ask at the same time
  const shared = await connections(30, 0.5, '--connections', 'shared')
  assert.ok(shared.connections < 30, `${shared.connections} connections`)
  const fresh = await connections(6, 0.05, '--no-keep-alive')
  assert.equal(fresh.connections, fresh.requests)
})

test('an error status is a failure, grouped by it, and fails the run by default', async () => {
  const file = `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.02)
  @task async ok() { await this.client.get('/json') }
  @task async missing() { await this.client.get('/status/404') }
  @task async broken() { await this.client.get('/status/503') }
  @task async accepted() {
    using response = await this.client.get('/status/404?fine', { name: 'fine', catchResponse: true })
    if (response.status === 404) response.success()
  }
}
`
  const run = await runKatydid(['run', 'f.ts', ...host, '-u', '4', '-r', '40', '-t', '1s'], { files: { 'f.ts': file } })
  assertExit(run, 1)
  await assertTruth(run, target)
  const failures = Object.fromEntries(run.result.requests.map((r) => [r.name, r.failures === r.requests]))
  assert.deepEqual(failures, { '/json': false, '/status/404': true, '/status/503': true, fine: false })
  assert.equal(row(run, 'GET', 'fine').failures, 0)
  assert.deepEqual(run.result.errors.map(({ name, error }) => `${name} ${/\d+/.exec(error)?.[0]}`).sort(), [
    '/status/404 404',
    '/status/503 503',
  ])
  assert.ok(run.result.verdict.findings.some(({ text }) => text.includes('fail_ratio') && text.includes('(default)')))
})
