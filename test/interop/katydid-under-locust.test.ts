import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster } from '../cluster.ts'
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

test(`katydid workers under a Python Locust ${locust.version} master: ramp up and down, stop, a second run, quit`, {
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
    await sleep(300)
    const stats = await ui.stats()
    const seen = await target.settled()
    const of = (name: string) => stats.stats.find((entry) => entry.name === name)
    const story = JSON.stringify([stats.stats, seen.byPath], null, 1)
    assert.equal(of('/json')?.num_requests, seen.byPath['GET /json'], story)
    assert.equal(of('/fail')?.num_requests, seen.byPath['GET /status/500'], story)
    assert.equal(of('/fail')?.num_failures, seen.byPath['GET /status/500'], story)
    assert.equal(of('slow')?.num_requests, seen.byPath['GET /delay/40'], story)
    assert.equal(of('Aggregated')?.num_requests, seen.total, story)
    return { stats, of }
  }

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
  await sleep(1_500)
  const { stats, of } = await counts()
  assert.ok((of('/json')?.num_requests ?? 0) > 50)
  const slow = of('slow')
  assert.ok(slow && slow.median_response_time >= 40 && slow.median_response_time < 60, JSON.stringify(slow))
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
  await sleep(1_500)
  await counts()

  master.child.kill('SIGTERM')
  for (const worker of workers) {
    const { exitCode, stderr } = await worker.done
    assert.equal(exitCode, 0, stderr)
  }
})
