import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertExit, assertTruth, row } from '../assert-truth.ts'
import { Cluster } from '../cluster.ts'
import { Lateness } from '../lateness.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { startTarget } from '../target/target.ts'
import { locust, PythonLocust } from './python-locust.ts'

const python = `
from locust import HttpUser, task, constant, events
@events.init_command_line_parser.add_listener
def _(parser):
    parser.add_argument("--tenant", default="none")
def hello(environment, msg, **kwargs):
    environment.runner.send_message("hello_master", {"got": msg.data, "tenant": environment.parsed_options.tenant})
@events.init.add_listener
def _(environment, **kwargs):
    environment.runner.register_message("hello_worker", hello)
tripped = False
class WebA(HttpUser):
    weight = 3
    wait_time = constant(0.05)
    @task(3)
    def idx(self): self.client.get("/json")
    @task(1)
    def fail(self): self.client.get("/status/500", name="/fail")
class OtherB(HttpUser):
    wait_time = constant(0.05)
    @task
    def tenant(self):
        global tripped
        options = self.environment.parsed_options
        self.client.get("/status/200/" + options.tenant + str(getattr(options, "token", "-")), name="tenant")
        if not tripped:
            tripped = True
            raise ValueError("boom in python")
`
const ours = `
import { constant, events, HttpUser, parameters, secret, task } from 'katydid'
export const params = parameters({ tenant: 'none', token: secret('SHOP_TOKEN') })
events.testStart.addListener(({ environment }) => {
  if (environment.role !== 'master') return
  environment.onMessage('hello_master', ({ data, from }) => console.error('HELLO', from, JSON.stringify(data)))
})
events.spawningComplete.addListener(() => { if (room) room.send('hello_worker', { a: [1, 2.5, 'é'] }) })
let room
events.init.addListener(({ environment }) => { if (environment.role === 'master') room = environment })
export class WebA extends HttpUser {
  static weight = 3
  waitTime = constant(0.05)
  @task(3) async idx() { await this.client.get('/json') }
  @task(1) async fail() { await this.client.get('/status/500', { name: '/fail' }) }
}
export class OtherB extends HttpUser {
  waitTime = constant(0.05)
  @task async tenant() { await this.client.get('/status/200/' + params.tenant + '-', { name: 'tenant' }) }
}
`
const env = { SHOP_TOKEN: 'hush' }

async function run(pythonWorkers: number, ownWorkers: number, more: string[] = [], file = ours) {
  const target = await startTarget()
  const cluster = new Cluster()
  const dir = temporaryFolder()
  writeFileSync(join(dir, 'locustfile.py'), python)
  const args = [
    'ours.ts',
    '-H',
    target.url,
    '-u',
    '8',
    '-r',
    '8',
    '-t',
    '6s',
    '-s',
    '3s',
    '--param',
    'tenant=blue',
    '--expect-workers',
    String(pythonWorkers + ownWorkers),
    '--threshold',
    'fail_ratio <= 100%',
    '--threshold',
    'exceptions <= 10',
    ...more,
  ]
  const master = await cluster.master(args, { files: { 'ours.ts': file }, env })
  const pythons = Array.from(
    { length: pythonWorkers },
    () =>
      new PythonLocust(join(dir, 'locustfile.py'), [
        '--worker',
        '--master-host',
        '127.0.0.1',
        '--master-port',
        String(master.port),
      ]),
  )
  const own = Array.from({ length: ownWorkers }, () => cluster.worker(master.port, [], { env }))
  const outcome = await master.done
  return {
    target,
    outcome,
    pythons,
    own,
    async [Symbol.asyncDispose]() {
      for (const one of pythons) await one[Symbol.asyncDispose]()
      cluster[Symbol.dispose]()
      await target.close()
    },
  }
}

describe('Python workers under a katydid master', { concurrency: 3 }, () => {
  test('Python Locust workers under a katydid master: counts, errors, exceptions, params, messages', {
    skip: locust.skip,
  }, async () => {
    await using all = await run(2, 0)
    const { target, outcome, pythons } = all
    assertExit(outcome, 0)
    const seen = await target.settled()
    assert.equal(outcome.result.totals.requests, seen.total, JSON.stringify(seen.byPath))
    assert.equal(row(outcome, 'GET', '/json').requests, seen.byPath['GET /json'])
    const fail = row(outcome, 'GET', '/fail')
    assert.deepEqual([fail.requests, fail.failures], [seen.byPath['GET /status/500'], seen.byPath['GET /status/500']])
    // params arrive as parsed_options, secrets never
    assert.equal(row(outcome, 'GET', 'tenant').requests, seen.byPath['GET /status/200/blue-'])
    assert.deepEqual(outcome.result.users, { peak: 8, byClass: { OtherB: 2, WebA: 6 } })
    assert.ok(
      outcome.result.exceptions.some(({ message }) => message.includes('boom in python')),
      JSON.stringify(outcome.result.exceptions),
    )
    assert.ok(outcome.result.errors.some(({ error, name }) => name === '/fail' && error.includes('500')))
    assert.equal(
      outcome.stderr.match(/HELLO \S+ \{"got":\{"a":\[1,2\.5,"é"\]\},"tenant":"blue"\}/g)?.length,
      2,
      outcome.stderr,
    )
    for (const one of pythons) assert.equal(await one.left, 0, one.said)
  })

  test('Python and katydid workers in one run', { skip: locust.skip }, async () => {
    await using all = await run(1, 1)
    const { target, outcome, own } = all
    assertExit(outcome, 0)
    await assertTruth(outcome, target)
    const seen = await target.counts()
    assert.equal(row(outcome, 'GET', 'tenant').requests, seen.byPath['GET /status/200/blue-'])
    assert.equal(outcome.result.workers.length, 2)
    assert.equal(outcome.result.users.peak, 8)
    assert.equal((await own[0]!.done).exitCode, 0)
  })

  test('a choice of its classes: the others have no users', { skip: locust.skip }, async () => {
    await using all = await run(1, 0, ['OtherB'])
    const { target, outcome } = all
    assertExit(outcome, 0)
    await assertTruth(outcome, target)
    assert.deepEqual(outcome.result.users.byClass, { OtherB: 8, WebA: 0 })
    assert.match(outcome.stdout, /Locust workers have WebA too, which were not chosen: they get no users/)
  })

  test('a class that it has not: broken at once, with what it has', { skip: locust.skip }, async () => {
    await using all = await run(1, 0, ['OtherBee'], ours.replaceAll('OtherB', 'OtherBee'))
    const { target, outcome } = all
    assertExit(outcome, 2)
    assert.match(
      outcome.stdout,
      /user class OtherBee runs on no worker: did you mean OtherB\? the workers have (WebA, OtherB|OtherB, WebA)/,
    )
    assert.equal((await target.settled()).total, 0)
    assert.ok(outcome.result.durationMs < 5_000, `${outcome.result.durationMs} ms`)
  })

  test('an arrivals profile refuses a Python worker, and says why', { skip: locust.skip }, async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'locustfile.py'), python)
    const master = await cluster.master(
      ['ours.ts', '-H', target.url, '--arrivals', '10/s', '--max-users', '10', '-t', '5s'],
      {
        files: { 'ours.ts': ours },
        env,
      },
    )
    await using worker = new PythonLocust(join(dir, 'locustfile.py'), [
      '--worker',
      '--master-host',
      '127.0.0.1',
      '--master-port',
      String(master.port),
    ])
    const outcome = await master.done
    assertExit(outcome, 2)
    assert.match(outcome.stdout, /speaks only Locust: an arrivals profile needs katydid workers/)
    assert.equal(await worker.left, 0, worker.said)
  })

  test('a Python worker that is killed: a finding, and its users go to the other', { skip: locust.skip }, async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'locustfile.py'), python)
    const args = ['ours.ts', '-H', target.url, '-u', '8', '-r', '8', '--expect-workers', '2']
    const master = await cluster.master(
      [...args, '--threshold', 'fail_ratio <= 100%', '--threshold', 'exceptions <= 10'],
      { files: { 'ours.ts': ours }, env },
    )
    const where = ['--worker', '--master-host', '127.0.0.1', '--master-port', String(master.port)]
    await using dies = new PythonLocust(join(dir, 'locustfile.py'), where)
    await using stays = new PythonLocust(join(dir, 'locustfile.py'), where)
    await target.loaded(200)
    const { connections } = await target.counts()
    dies.child.kill('SIGKILL')
    // each user has a connection of its own: four are made anew
    const anew = async () => (await target.counts()).connections - connections
    for (const until = performance.now() + 120_000; (await anew()) < 4; await sleep(100))
      assert.ok(performance.now() < until, `${connections} connections, then ${await anew()} more`)
    await target.loaded((await target.counts()).total + 100)
    master.child.kill('SIGTERM')
    const run = await master.done
    assertExit(run, 2)
    assert.match(run.stdout, /worker \S+ has not been heard for [\d.]+ s, with 4 users/)
    assert.match(run.stdout, /broken {2}workers: user-seconds missing/)
    assert.equal(await stays.left, 0, stays.said)
    assert.equal(run.result.users.peak, 8)
    const users = run.result.workers.map((one) => one.users).sort()
    assert.deepEqual(users, [0, 0], 'after the stop')
  })

  test("a dead master's Python worker is stopped by the next, and is of use to it", { skip: locust.skip }, async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'locustfile.py'), python)
    const args = ['ours.ts', '-H', target.url, '-u', '4', '-r', '8', '--expect-workers', '1']
    const rest = ['--threshold', 'fail_ratio <= 100%', '--threshold', 'exceptions <= 10', '-s', '3s']
    const first = await cluster.master([...args, ...rest, '-t', '60s'], { files: { 'ours.ts': ours }, env })
    const where = ['--worker', '--master-host', '127.0.0.1', '--master-port', String(first.port)]
    await using worker = new PythonLocust(join(dir, 'locustfile.py'), where)
    await target.loaded(20)
    first.child.kill('SIGKILL')
    await first.done
    const port = ['--bind-port', String(first.port)]
    const second = await cluster.master([...args, ...rest, '-t', '5s', ...port], { files: { 'ours.ts': ours }, env })
    const run = await second.done
    assertExit(run, 2)
    assert.match(run.stdout, /broken {2}master restarted/)
    assert.ok(run.result.totals.requests > 50, `${run.stdout}\n${run.stderr}\n${worker.said}`)
    assert.equal(await worker.left, 0, worker.said)
    const { total } = await target.counts()
    await sleep(1_000)
    assert.equal((await target.counts()).total, total)
  })

  test('a Python worker that is told to go in the middle: what it does not report any more is said, and nothing else is missing', {
    skip: locust.skip,
  }, async () => {
    const late = new Lateness()
    await using target = await startTarget()
    using cluster = new Cluster()
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'locustfile.py'), python)
    const args = ['ours.ts', '-H', target.url, '-u', '8', '-r', '8', '-t', '12s', '--expect-workers', '2', '-s', '3s']
    const rest = ['--threshold', 'fail_ratio <= 100%', '--threshold', 'exceptions <= 10']
    const master = await cluster.master([...args, ...rest], { files: { 'ours.ts': ours }, env })
    const where = ['--worker', '--master-host', '127.0.0.1', '--master-port', String(master.port)]
    await using leaves = new PythonLocust(join(dir, 'locustfile.py'), where)
    await using stays = new PythonLocust(join(dir, 'locustfile.py'), where)
    await target.loaded(300)
    leaves.child.kill('SIGTERM')
    await leaves.left
    const run = await master.done
    const seen = await target.settled()
    const untold = seen.total - run.result.totals.requests
    const missing = run.result.workers.reduce((sum, { missingSeconds }) => sum + missingSeconds, 0)
    // told by SIGTERM, Locust leaves without a report of the time since its last: up to 3 s of 4 users, some 80 requests each
    assert.ok(missing > 0 && missing < 4.5 + late.ms / 1_000, `${missing} s are said to be missing`)
    assert.ok(untold >= 0 && untold <= missing * 80 + 20, `${untold} of ${seen.total} in ${missing} s\n${run.stdout}`)
    assert.equal(run.result.users.peak, 8)
    assert.match(run.stdout, /worker \S+ has left, with 4 users/)
    assert.doesNotMatch(run.stdout, /master restarted/)
    assert.equal(await stays.left, 0, stays.said)
  })

  test('a Python worker that is frozen over the end of the run stops loading when it goes on, and leaves', {
    skip: locust.skip,
  }, async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'locustfile.py'), python)
    const args = ['ours.ts', '-H', target.url, '-u', '8', '-r', '8', '-t', '6s', '--expect-workers', '2', '-s', '1s']
    const rest = ['--threshold', 'fail_ratio <= 100%', '--threshold', 'exceptions <= 10', '--serve']
    const master = await cluster.master([...args, ...rest], { files: { 'ours.ts': ours }, env })
    const where = ['--worker', '--master-host', '127.0.0.1', '--master-port', String(master.port)]
    await using frozen = new PythonLocust(join(dir, 'locustfile.py'), where)
    await using _stays = new PythonLocust(join(dir, 'locustfile.py'), where)
    await target.loaded(100)
    frozen.child.kill('SIGSTOP')
    await master.printing(/BROKEN|PASSED|FAILED/)
    await sleep(500)
    const told = master.said().stdout
    frozen.child.kill('SIGCONT')
    const left = await Promise.race([frozen.left, sleep(60_000, undefined, { ref: false })])
    assert.equal(left, 0, frozen.said)
    assert.equal(master.said().stdout, told, 'nothing is told after the verdict')
    const { total } = await target.counts()
    await sleep(1_000)
    assert.equal((await target.counts()).total, total)
    master.child.kill('SIGTERM')
    await master.done
  })
})
