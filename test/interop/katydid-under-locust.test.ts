import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Cluster } from '../cluster.ts'
import { Lateness } from '../lateness.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { startTarget } from '../target/target.ts'
import { freePort, LocustWeb, locust, PythonLocust } from './python-locust.ts'

const python = `
from locust import HttpUser, User, task, constant, events
@events.init.add_listener
def _(environment, **kwargs):
    environment.runner.register_message("hello_master", lambda environment, msg, **kwargs: print("HELLO", msg.node_id, msg.data, flush=True))
@events.spawning_complete.add_listener
def _(user_count, **kwargs):
    runner.send_message("hello_worker", {"a": [1, 2.5, "é"]})
@events.init.add_listener
def _(environment, **kwargs):
    global runner
    runner = environment.runner
class WebA(HttpUser):
    weight = 3
    wait_time = constant(0.05)
    @task
    def idx(self): self.client.get("/json")
class OtherB(User):
    weight = 1
    @task
    def nothing(self): pass
`
const ours = `
import { constant, events, HttpUser, task } from 'katydid'
let tripped = false
events.init.addListener(({ environment }) => {
  environment.onMessage('hello_worker', ({ data }) => environment.send('hello_master', { got: data, role: environment.role }))
})
export class WebA extends HttpUser {
  static weight = 3
  waitTime = constant(0.05)
  @task(3) async idx() { await this.client.get('/json') }
  @task(1) async fail() { await this.client.get('/status/500', { name: '/fail' }) }
}
export class OtherB extends HttpUser {
  waitTime = constant(0.05)
  @task async slow() {
    await this.client.get('/delay/40', { name: 'slow' })
    if (!tripped) { tripped = true; throw new Error('boom in task') }
  }
}
`

test('katydid workers under a Python Locust master: ramp up and down, stop, a second run, quit', {
  skip: locust.skip,
}, async () => {
  await using target = await startTarget()
  using cluster = new Cluster()
  const dir = temporaryFolder()
  writeFileSync(join(dir, 'locustfile.py'), python)
  const [port, web] = [await freePort(), await freePort()]
  await using master = new PythonLocust(join(dir, 'locustfile.py'), [
    '--master',
    '--master-bind-host',
    '127.0.0.1',
    '--master-bind-port',
    String(port),
    '--web-host',
    '127.0.0.1',
    '--web-port',
    String(web),
    '-H',
    target.url,
    '--stop-timeout',
    '5',
  ])
  const ui = new LocustWeb(web)
  await ui.until(() => true)
  const workers = ['one_1', 'two_1'].map((id) =>
    cluster.worker(port, ['ours.ts', '--id', id], { files: { 'ours.ts': ours } }),
  )
  await ui.until(({ workers }) => workers.filter(({ state }) => state === 'ready').length === 2)

  const counts = async () => {
    await ui.stop()
    await ui.until(
      ({ state, workers }) =>
        ['stopped', 'ready'].includes(state) && workers.length === 2 && workers.every((one) => one.state === 'ready'),
    )
    const seen = await target.settled()
    const stats = await ui.statsOf(seen.total)
    const of = (name: string) => stats.stats.find((entry) => entry.name === name)
    const story = JSON.stringify([stats.stats, seen.byPath], null, 1)
    assert.equal(of('/json')?.num_requests, seen.byPath['GET /json'], story)
    assert.equal(of('/fail')?.num_requests, seen.byPath['GET /status/500'], story)
    assert.equal(of('/fail')?.num_failures, seen.byPath['GET /status/500'], story)
    assert.equal(of('slow')?.num_requests, seen.byPath['GET /delay/40'], story)
    assert.equal(of('Aggregated')?.num_requests, seen.total, story)
    return { stats, of }
  }

  const late = new Lateness()
  await ui.swarm(8, 4)
  const up = await ui.until(({ user_count: users, state }) => users === 8 && state === 'running')
  assert.deepEqual(
    up.workers.map((worker) => worker.user_count),
    [4, 4],
  )
  await master.saying(/HELLO two_1 \{'got': \{'a': \[1, 2\.5, 'é'\]\}, 'role': 'worker'\}/)
  assert.match(master.said, /HELLO one_1/)
  await ui.swarm(3, 5)
  await ui.until(({ user_count: users }) => users === 3)
  await target.loaded(150)
  const { stats, of } = await counts()
  assert.ok((of('/json')?.num_requests ?? 0) > 50)
  const slow = of('slow')
  assert.ok(slow && slow.median_response_time >= 40 && slow.median_response_time < 60 + late.ms, JSON.stringify(slow))
  assert.deepEqual(
    stats.errors.map(({ error, name }) => [name, error]),
    [['/fail', 'HTTP 500']],
  )
  const { exceptions } = await ui.exceptions()
  assert.ok(
    exceptions.some(({ msg, traceback }) => msg.includes('boom in task') && traceback.includes('ours.ts')),
    JSON.stringify(exceptions),
  )

  await target.reset()
  await ui.swarm(4, 10)
  await ui.until(({ user_count: users }) => users === 4)
  await target.loaded(100)
  await counts()

  master.child.kill('SIGTERM')
  for (const worker of workers) {
    const { exitCode, stderr } = await worker.done
    assert.equal(exitCode, 0, stderr)
  }
})

const tagged = `
import { constant, HttpUser, parameters, tag, task } from 'katydid'
export const params = parameters({ tenant: 'none' })
export function setup() {
  if (process.env.FAILS) throw new Error('no shop to set up')
  return { opened: true }
}
export function teardown(data) { console.error('CLOSED', JSON.stringify(data)) }
export class WebA extends HttpUser {
  waitTime = constant(0.05)
  @tag('smoke') @task async idx() { await this.client.get('/status/200/' + params.tenant, { name: 'tenant' }) }
  @task async other() { await this.client.get('/json') }
}
export class OtherB extends HttpUser {
  waitTime = constant(0.05)
  @tag('smoke') @task async nothing() { await this.client.get('/status/200/b', { name: 'b' }) }
}
`

test('a Locust command line’s tags and arguments hold; setup and teardown run once a run; one whose setup fails loads nothing', {
  skip: locust.skip,
}, async () => {
  await using target = await startTarget()
  using cluster = new Cluster()
  const dir = temporaryFolder()
  const options = `${python}
@events.init_command_line_parser.add_listener
def _(parser):
    parser.add_argument("--tenant", default="none")
`
  writeFileSync(join(dir, 'locustfile.py'), options)
  const [port, web] = [await freePort(), await freePort()]
  const where = ['--master-bind-host', '127.0.0.1', '--master-bind-port', String(port)]
  await using _master = new PythonLocust(join(dir, 'locustfile.py'), [
    ...['--master', ...where, '--web-host', '127.0.0.1', '--web-port', String(web), '-H', target.url],
    ...['--tenant', 'blue', '--tags', 'smoke', '--stop-timeout', '5'],
  ])
  const ui = new LocustWeb(web)
  await ui.until(() => true)
  const good = cluster.worker(port, ['ours.ts', '--id', 'good_1'], { files: { 'ours.ts': tagged } })
  const failing = cluster.worker(port, ['ours.ts', '--id', 'bad_1'], {
    files: { 'ours.ts': tagged },
    env: { FAILS: '1' },
  })
  await ui.until(({ workers }) => workers.filter(({ state }) => state === 'ready').length === 2)
  await ui.swarm(2, 4)
  assert.equal((await failing.done).exitCode, 3, failing.said().stderr)
  const { exceptions } = await ui.exceptions()
  assert.ok(
    exceptions.some(({ msg }) => msg.includes('no shop to set up')),
    JSON.stringify(exceptions),
  )
  await target.loaded(10)
  await ui.stop()
  await ui.until(({ workers }) => workers.length === 1 && workers.every(({ state }) => state === 'ready'))
  const { byPath, total } = await target.settled()
  assert.deepEqual(
    Object.keys(byPath).filter((path) => !/GET \/status\/200\/(blue|b)$/.test(path)),
    [],
  )
  const aggregated = (await ui.statsOf(total)).stats.find(({ name }) => name === 'Aggregated')
  assert.equal(aggregated?.num_requests, total)
  assert.match(good.said().stderr, /CLOSED \{"opened":true\}/)
  assert.doesNotMatch(_master.said, /different version/i)
})
