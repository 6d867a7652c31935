import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Release } from './release.ts'

const image = process.env.LOCUST_IMAGE ?? 'locust:e2e'
const locustfile = `
from locust import HttpUser, constant, task
class Reader(HttpUser):
    weight = 3
    wait_time = constant(0.1)
    @task
    def products(self): self.client.get("/products", name="products")
class Lost(HttpUser):
    wait_time = constant(0.1)
    @task
    def nothing(self): self.client.get("/no-such-page", name="nothing " + self.environment.parsed_options.tenant)
`

async function withLocustfile(): Promise<Release> {
  const release = await Release.create()
  await release.configMap('mine', { 'locustfile.py': locustfile })
  return release
}

const values = (thresholds: string[]) => ({
  workers: { engine: 'locust', count: 2 },
  locust: { image, configMap: 'mine', userClasses: { Reader: 3, Lost: 1 } },
  load: { profile: { users: 8, spawnRate: 8, runTime: '8s' }, params: { tenant: 'blue' }, thresholds },
})

describe('Locust workers, unchanged', { concurrency: 2 }, () => {
  test('run under the master’s profile and thresholds: spread by weight, counted as the target counted', async () => {
    await using release = await withLocustfile()
    const { exitCode, text } = await release.install([values(['fail_ratio < 50%', 'products: p95 < 5s'])])
    assert.equal(exitCode, 0, text)
    assert.equal(await release.counted(), await release.reported())
    const { requests, users, events } = await release.result()
    assert.deepEqual(requests.map(({ name }) => name).sort(), ['nothing blue', 'products'])
    assert.deepEqual(users.byClass, { Reader: 6, Lost: 2 })
    assert.ok(!events.some(({ kind }) => kind === 'locust_classes'), JSON.stringify(events))
  })

  test('requests that fail break the threshold, not the pods', async () => {
    await using release = await withLocustfile()
    const { exitCode, text } = await release.install([values(['fail_ratio < 1%'])])
    assert.equal(exitCode, 1, text)
    // two of eight users, whose turns are not quite even
    assert.match((await release.verdict()).summary, /^FAILED — .*fail_ratio < 1%: 2[2-8](\.\d+)? %/)
    for (const { status } of await release.pods('workers')) assert.equal(status.phase, 'Succeeded')
  })

  test('one that is evicted is replaced, though Python says 0 of a SIGTERM', async () => {
    await using release = await withLocustfile()
    const longer = { load: { profile: { runTime: '30s' } } }
    const install = release.begin([values(['fail_ratio < 50%']), longer])
    await release.running()
    const [first] = await release.pods('workers')
    await release.evict(first)
    const { text } = await install.done
    const { workers, events } = await release.result()
    assert.equal(workers.length, 3, text)
    assert.ok(
      events.some(({ kind, text }) => kind === 'worker_lost' && /has left, with 4 users/.test(text)),
      JSON.stringify(events),
    )
    assert.ok(!events.some(({ kind }) => kind === 'master_restarted'), JSON.stringify(events))
  })
})
