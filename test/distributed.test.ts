import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth, row } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { runKatydid } from './run-katydid.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const shop = `
import { constant, HttpUser, task, metrics, check } from 'katydid'
export class Reader extends HttpUser {
  static weight = 3
  waitTime = constant(0.02)
  @task(3) async read() { await this.client.get('/json'); metrics.counter('reads').add(1) }
  @task(1) async fails() { await this.client.get('/status/500', { name: 'fails' }) }
}
export class Writer extends HttpUser {
  waitTime = constant(0.02)
  @task async write() { const r = await this.client.post('/echo', { json: { a: 1 } }); check(r.status === 200, 'echoed') }
}
`
const files = { 'shop.ts': shop }
const host = ['-H', target.url]
const any = ['--threshold', 'fail_ratio <= 100%']

test('--processes: the report of all workers is what the target counted', async () => {
  const args = ['run', 'shop.ts', ...host, '-u', '12', '-r', '60', '-t', '2500ms', '--processes', '3', ...any]
  const run = await runKatydid(args, { files })
  assertExit(run, 0)
  await assertTruth(run, target)
  const { byPath } = await target.counts()
  assert.equal(row(run, 'GET', '/json').requests, byPath['GET /json'])
  assert.equal(row(run, 'GET', 'fails').failures, byPath['GET /status/500'])
  assert.equal(run.result.workers.length, 3)
  assert.equal(run.result.metrics.reads?.sum, byPath['GET /json'])
  assert.equal(run.result.metrics.echoed?.count, byPath['POST /echo'])
  assert.deepEqual(run.result.users, { peak: 12, byClass: { Reader: 9, Writer: 3 } })
})

test('--processes that make no sense are told', async () => {
  for (const count of ['0', 'many', '2.5', '-1', '']) {
    const run = await runKatydid(['run', 'shop.ts', ...host, `--processes=${count}`], { files, json: false })
    assert.equal(run.exitCode, 2)
    assert.match(
      run.stderr,
      /^katydid: bad --processes ".*"\n {2}use a whole number from 1 to 256, or auto: one for each core/,
    )
  }
})

test('a master and workers as commands: same report, same verdict, workers leave with 0, at once', async () => {
  using cluster = new Cluster()
  const args = ['shop.ts', ...host, '-u', '8', '-r', '40', '-t', '2s', ...any]
  const { master, workers } = await cluster.run(2, args, { files })
  assertExit(master, 0)
  await assertTruth(master, target)
  for (const worker of workers) assert.equal(worker.exitCode, 0, worker.stderr)
  assert.deepEqual(
    master.result.workers.map(({ missingSeconds }) => missingSeconds),
    [0, 0],
  )
  assert.ok(master.loadedMs < 25_000, `${master.loadedMs} ms for a run of 2 s`)
})

test('a failed threshold is exit 1, and the workers did nothing wrong; katydid verdict says the same', async () => {
  using cluster = new Cluster()
  const args = ['shop.ts', ...host, '-u', '4', '-r', '40', '-t', '1s', '--threshold', 'fail_ratio = 0', '--serve']
  const master = await cluster.master([...args, '--expect-workers', '2'], { files })
  const workers = [cluster.worker(master.port), cluster.worker(master.port)]
  const verdict = await runKatydid(['verdict', '--master', master.web, '-q'])
  assert.equal(verdict.exitCode, 1, verdict.stderr)
  assert.match(verdict.stdout, /^FAILED — /)
  for (const { done } of workers) assert.equal((await done).exitCode, 0)
  // one master, one run: who comes later has nothing to do
  assert.equal((await cluster.worker(master.port).done).exitCode, 0)
  master.child.kill('SIGTERM')
  assertExit(await master.done, 1)
  await assertTruth(await master.done, target)
})

test('one SIGTERM ends a master that serves, whatever it is at', async () => {
  using cluster = new Cluster()
  const args = ['shop.ts', ...host, '-u', '4', '-r', '40', '-t', '60s', '--serve']
  const waiting = await cluster.master([...args, '--expect-workers', '2'], { files })
  const running = await cluster.master([...args, '--expect-workers', '1'], { files })
  const worker = cluster.worker(running.port)
  await target.loaded()
  for (const { child, done } of [waiting, running]) {
    child.kill('SIGTERM')
    const askedAt = performance.now()
    const { exitCode, stdout } = await done
    assert.equal(exitCode, 2)
    assert.match(stdout, /interrupted by SIGTERM/)
    const tookMs = performance.now() - askedAt
    assert.ok(tookMs < 20_000, `${tookMs} ms`)
  }
  assert.equal((await worker.done).exitCode, 3, 'whoever waits for a Job of workers hears of it')
})

for (const serve of [[], ['--serve']])
  test(`a signal before the run is a verdict, also where the load file waits for ever ${serve.join(' ')}`, async () => {
    using cluster = new Cluster()
    const stuck = `process.stderr.write('reading\\n'); await new Promise((resolve) => setTimeout(resolve, 600_000))\n${shop}`
    const master = cluster.command(
      [
        'master',
        'stuck.ts',
        ...host,
        ...serve,
        '--bind-host',
        '127.0.0.1',
        '--bind-port',
        '0',
        '--web-host',
        '127.0.0.1',
        '--web-port',
        '0',
      ],
      { files: { 'stuck.ts': stuck } },
    )
    await master.saying(/reading/)
    master.child.kill('SIGTERM')
    const { exitCode, signal, stderr } = await master.done
    assert.deepEqual([exitCode, signal], [2, null])
    assert.match(stderr, /interrupted by SIGTERM before the run/)
  })

test('a mistake before the run is served as the verdict, too', async () => {
  using cluster = new Cluster()
  const master = await cluster.master(['nothing.ts', ...host, '--serve'])
  const verdict = await runKatydid(['verdict', '--master', master.web, '-q'])
  assert.equal(verdict.exitCode, 2)
  assert.match(verdict.stdout, /^BROKEN — no requests, .*nothing\.ts/)
  const worker = await cluster.worker(master.port).done
  assert.equal(worker.exitCode, 3, 'a Job of workers ends at once')
  assert.match(worker.stderr, /the run did not start: .*nothing\.ts/)
  master.child.kill('SIGTERM')
  assert.equal((await master.done).exitCode, 2)
})

test('workers that never come: broken, naming who is there; those leave with 3', async () => {
  using cluster = new Cluster()
  const args = ['-u', '4', '-t', '1s', '--expect-workers', '3', '--expect-workers-max-wait', '8s']
  const master = await cluster.master(['shop.ts', ...host, ...args], { files })
  const worker = cluster.worker(master.port, ['--id', 'here_1'])
  const run = await master.done
  assertExit(run, 2)
  assert.match(run.stdout, /1 of 3 expected workers came within 8 s: there are here_1/)
  assert.equal((await worker.done).exitCode, 3)
  assert.equal((await target.counts()).total, 0)
})

test('a load file that a worker cannot use ends the run at once, and says why', async () => {
  using cluster = new Cluster()
  const file = `
import { HttpUser, parameters, secret } from 'katydid'
export const params = parameters({ token: secret('SHOP_TOKEN') })
export class U extends HttpUser { static tasks = { t: 1 }; async t() { await this.client.get('/json') } }
`
  const args = ['shop.ts', ...host, '-t', '1s', '--expect-workers', '1']
  const master = await cluster.master(args, { files: { 'shop.ts': file }, env: { SHOP_TOKEN: 'hush-0123456789' } })
  const worker = cluster.worker(master.port, ['--id', 'poor_1'])
  const run = await master.done
  assertExit(run, 2)
  assert.match(run.stdout, /worker poor_1 cannot use the load file: .*set the environment variable SHOP_TOKEN/)
  assert.equal((await worker.done).exitCode, 3)
})

test('a worker with another load file than the master is a finding', async () => {
  using cluster = new Cluster()
  const args = ['shop.ts', ...host, '-u', '2', '-r', '20', '-t', '1s', ...any]
  const master = await cluster.master(args, { files })
  const other = { 'shop.ts': shop.replace('0.02', '0.03') }
  const worker = cluster.worker(master.port, ['shop.ts', '--id', 'odd_1'], { files: other })
  const run = await master.done
  assertExit(run, 2)
  assert.match(run.stdout, /worker odd_1 has a different load file than the master/)
  assert.equal((await worker.done).exitCode, 0)
  await assertTruth(run, target)
})

test(
  'a worker that comes late gets its share, and never are there more users than asked',
  steady(async () => {
    await target.reset()
    using cluster = new Cluster()
    const args = ['shop.ts', ...host, '-u', '10', '-r', '20', '-t', '6s', '--csv', 'out', '--csv-full-history', ...any]
    const master = await cluster.master(args, { files })
    cluster.worker(master.port, ['--id', 'a_1'])
    await target.loaded((await target.counts()).total + 200)
    cluster.worker(master.port, ['--id', 'b_1'])
    const run = await master.done
    assertExit(run, 0)
    await assertTruth(run, target)
    assert.deepEqual(run.result.users, { peak: 10, byClass: { Reader: 7, Writer: 3 } })
  }),
)

test('params reach the workers, secrets only by their environment; setup runs once and its data reaches all users', async () => {
  using cluster = new Cluster()
  const file = `
import { constant, HttpUser, parameters, secret, task } from 'katydid'
export const params = parameters({ tenant: 'none', token: secret('SHOP_TOKEN') })
export function setup() { return { order: 7 } }
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async t() { await this.client.get('/status/200/' + params.tenant + params.token + this.environment.data.order) }
}
`
  const args = ['shop.ts', ...host, '-u', '4', '-r', '40', '-t', '1s', '--param', 'tenant=blue']
  const { master } = await cluster.run(2, args, { files: { 'shop.ts': file }, env: { SHOP_TOKEN: 'hush' } })
  assertExit(master, 0)
  await assertTruth(master, target)
  assert.deepEqual(Object.keys((await target.counts()).byPath), ['GET /status/200/bluehush7'])
})

test('passwords of target and proxy reach the workers that joined, and no output; without a key, whoever listens to all is warned', async () => {
  const seen = new Set<string>()
  const server = createServer((request, response) => {
    const { authorization, 'proxy-authorization': proxied } = request.headers
    seen.add(`${request.url} ${authorization} ${proxied}`)
    response.end('ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  using cluster = new Cluster()
  const file = `
import { HttpUser, constant, task } from 'katydid'
export class U extends HttpUser { waitTime = constant(0.1); @task async go() { await this.client.get('/in') } }`
  const args = [
    'u.ts',
    '-H',
    'http://bob:hunter2PASS@shop.invalid',
    '--proxy',
    `http://pu:PROXYPASS77@127.0.0.1:${port}`,
  ]
  const { master, workers } = await cluster.run(
    2,
    [...args, '-u', '2', '-r', '20', '-t', '1s', '--bind-host', '0.0.0.0'],
    {
      files: { 'u.ts': file },
    },
  )
  server.close()
  assertExit(master, 0)
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  assert.deepEqual([...seen], [`http://shop.invalid/in ${basic('bob:hunter2PASS')} ${basic('pu:PROXYPASS77')}`])
  const said = [master.stdout, master.stderr, JSON.stringify(master.result), ...workers.map(({ stderr }) => stderr)]
  assert.doesNotMatch(said.join(''), /hunter2PASS|PROXYPASS77/)
  assert.match(
    master.stderr,
    /WARN: KATYDID_CLUSTER_KEY is not set: anybody who reaches port \d+ on 0\.0\.0\.0 can join the run/,
  )
})

test('a unique feed is unique over all workers, and runs out for all', async () => {
  using cluster = new Cluster()
  const file = `
import { constant, feed, HttpUser, task } from 'katydid'
const rows = feed('rows.csv', { mode: 'unique' })
export class U extends HttpUser {
  waitTime = constant(0.001)
  @task async t() { const { n } = await rows.next(); await this.client.get('/status/200/' + n, { name: 'row' }) }
}
`
  const rows = `n\n${Array.from({ length: 3_000 }, (_, n) => n).join('\n')}\n`
  const args = ['f.ts', ...host, '-u', '30', '-r', '300', '-t', '20s']
  const { master } = await cluster.run(3, args, { files: { 'f.ts': file, 'rows.csv': rows } })
  // nobody said that the run is to end with them
  assertExit(master, 2)
  assert.match(
    master.stdout,
    /user-seconds not delivered .*: the feed rows\.csv has no rows left: it had 3,000 rows; add rows/,
  )
  await assertTruth(master, target)
  const counts = Object.values((await target.counts()).byPath)
  assert.equal(Math.max(...counts), 1, 'no row twice')
  assert.ok(counts.length > 2_300, `${counts.length} rows: what one worker holds when another finds none is left`)
})

const listening = `
import { constant, events, HttpUser, metrics, task } from 'katydid'
export class Reader extends HttpUser {
  waitTime = constant(0.1)
  @task async read() { await this.client.get('/json') }
}
const own = (environment) => environment.role
let role
events.init.addListener(({ environment }) => { role = own(environment) })
events.reportToMaster.addListener(({ clientId, data }) => { data.said = clientId + ' ' + role })
events.workerReport.addListener(({ clientId, data }) => { metrics.counter(clientId + ': ' + data.said + ' to ' + role).add(1) })
events.heartbeatSent.addListener(({ clientId, at }) => {
  if (Math.abs(Date.now() - at) < 1000) metrics.counter('sent to ' + clientId + ' by ' + role).add(1)
})
events.heartbeatReceived.addListener(({ clientId }) => metrics.counter('received by ' + clientId + ', a ' + role).add(1))
`

test(
  'events of reports and heartbeats fire where they should, and what listeners add arrives',
  steady(async () => {
    await target.reset()
    using cluster = new Cluster()
    const args = ['shop.ts', ...host, '-u', '2', '-r', '10', '-t', '4s']
    const master = await cluster.master(args, { files: { 'shop.ts': listening } })
    cluster.worker(master.port, ['--id', 'a_1'])
    const run = await master.done
    assertExit(run, 0)
    const { metrics } = run.result
    const times = (name: string) => metrics[name]?.sum ?? 0
    assert.ok(times('a_1: a_1 worker to master') >= 4, JSON.stringify(metrics))
    assert.ok(times('sent to a_1 by master') >= 3, JSON.stringify(metrics))
    assert.ok(times('received by a_1, a worker') >= 3, JSON.stringify(metrics))
    assert.equal(Object.keys(metrics).length, 3, 'and nowhere else')
  }),
)

test('what is recorded in the master itself is in the report', async () => {
  using cluster = new Cluster()
  const file = `
import { constant, HttpUser, metrics, task } from 'katydid'
export async function setup(environment) {
  metrics.counter('made').add(3)
  await environment.measure({ type: 'DB', name: 'fill' }, async () => {})
}
export async function teardown(data, environment) {
  metrics.counter('made').add(4)
  await environment.measure({ type: 'DB', name: 'empty' }, async () => {})
}
export class Reader extends HttpUser {
  waitTime = constant(0.1)
  @task async read() { await this.client.get('/json') }
}`
  const args = ['shop.ts', ...host, '-u', '2', '-r', '10', '-t', '2s']
  const { master } = await cluster.run(1, args, { files: { 'shop.ts': file } })
  const local = await runKatydid(['run', ...args], { files: { 'shop.ts': file } })
  for (const run of [master, local]) {
    assertExit(run, 0)
    assert.equal(run.result.metrics.made?.sum, 7)
    for (const name of ['fill', 'empty']) assert.equal(row(run, 'DB', name).requests, 1)
  }
})
