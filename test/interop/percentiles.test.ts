import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { assertExit, row } from '../assert-truth.ts'
import { Cluster } from '../cluster.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { steady } from '../steady.ts'
import { startTarget } from '../target/target.ts'
import { freePort, LocustWeb, locust, PythonLocust } from './python-locust.ts'

/* Each worker also writes down every response time it measured: what the other side's master says must be those, as Locust rounds them. */

const python = `
from locust import HttpUser, task, constant, events
import os
log = open(os.environ["TIMES"], "a") if "TIMES" in os.environ else None
@events.request.add_listener
def _(response_time, **kwargs):
    if log:
        log.write(str(response_time) + "\\n")
        log.flush()
class Spread(HttpUser):
    wait_time = constant(0.01)
    @task
    def go(self): self.client.get("/delay/known", name="spread")
`
const ours = (file: string) => `
import { appendFileSync } from 'node:fs'
import { constant, events, HttpUser, task } from 'katydid'
events.request.addListener(({ responseTime }) => appendFileSync(${JSON.stringify(file)}, responseTime + '\\n'))
export class Spread extends HttpUser {
  waitTime = constant(0.01)
  @task async go() { await this.client.get('/delay/known', { name: 'spread' }) }
}
`

const timesIn = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(Number)
    .sort((a, b) => a - b)

/** Locust's step at that height, and one in a hundred for what our buckets may be off. */
const tolerance = (ms: number) => (ms < 100 ? 1 : ms < 1_000 ? 10 : 100) + ms / 100

const mean = (times: number[]) => times.reduce((sum, ms) => sum + ms, 0) / times.length

function assertPercentile(said: number, share: number, times: number[]): void {
  const rank = Math.min(times.length - 1, Math.ceil(share * times.length) - 1)
  // one sample more or less at the rank is a matter of definition
  const [low, high] = [times[Math.max(0, rank - 1)] as number, times[Math.min(times.length - 1, rank + 1)] as number]
  assert.ok(
    said >= low - tolerance(low) && said <= high + tolerance(high),
    `p${share * 100} is ${low}–${high} ms, said was ${said} ms (of ${times.length})`,
  )
}

describe('percentiles between Locust and katydid', { concurrency: 2 }, () => {
  test('percentiles that a Python Locust master shows of katydid workers', { skip: locust.skip }, async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'locustfile.py'), python)
    const [port, web] = [await freePort(), await freePort()]
    const where = ['--master-bind-host', '127.0.0.1', '--master-bind-port', String(port)]
    const ui = new LocustWeb(web)
    await using _master = new PythonLocust(join(dir, 'locustfile.py'), [
      ...['--master', ...where, '--web-host', '127.0.0.1', '--web-port', String(web)],
      ...['-H', target.url, '--stop-timeout', '5'],
    ])
    await ui.until(() => true)
    const times = join(dir, 'times.txt')
    for (const id of ['one_1', 'two_1'])
      cluster.worker(port, ['ours.ts', '--id', id], { files: { 'ours.ts': ours(times) } })
    await ui.until(({ workers }) => workers.filter(({ state }) => state === 'ready').length === 2)
    await ui.swarm(40, 40)
    await target.loaded(800)
    await ui.stop()
    await ui.until(({ workers }) => workers.length === 2 && workers.every(({ state }) => state === 'ready'))
    const raw = timesIn(times)
    const { stats } = await ui.statsOf(raw.length)
    const spread = stats.find(({ name }) => name === 'spread')
    assert.equal(spread?.num_requests, raw.length)
    assert.ok(raw.length > 400, `${raw.length} requests`)
    assertPercentile(spread.median_response_time, 0.5, raw)
    assertPercentile(spread['response_time_percentile_0.95'], 0.95, raw)
    assertPercentile(spread['response_time_percentile_0.99'], 0.99, raw)
    assert.ok(Math.abs(spread.avg_response_time - mean(raw)) < 0.01, `${spread.avg_response_time} of ${mean(raw)}`)
    // its web API gives these two in whole ms
    assert.ok(Math.abs(spread.min_response_time - (raw[0] as number)) <= 0.5)
    assert.ok(Math.abs(spread.max_response_time - (raw.at(-1) as number)) <= 0.5)
  })

  test(
    'percentiles that a katydid master shows of Python workers',
    { skip: locust.skip },
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const dir = temporaryFolder()
      writeFileSync(join(dir, 'locustfile.py'), python)
      const files = { 'ours.ts': ours(join(dir, 'unused.txt')) }
      const args = [
        'ours.ts',
        '-H',
        target.url,
        '-u',
        '40',
        '-r',
        '40',
        '-t',
        '6s',
        '-s',
        '3s',
        '--expect-workers',
        '2',
      ]
      const master = await cluster.master(args, { files })
      const where = ['--worker', '--master-host', '127.0.0.1', '--master-port', String(master.port)]
      const times = join(dir, 'times.txt')
      const env = { TIMES: times }
      await using _one = new PythonLocust(join(dir, 'locustfile.py'), where, env)
      await using _two = new PythonLocust(join(dir, 'locustfile.py'), where, env)
      const run = await master.done
      assertExit(run, 0)
      const raw = timesIn(times)
      const { requests, latencyMs: latency } = row(run, 'GET', 'spread')
      assert.equal(requests, raw.length)
      assert.ok(raw.length > 100, `${raw.length} requests`)
      for (const [share, name] of [
        [0.5, 'p50'],
        [0.9, 'p90'],
        [0.95, 'p95'],
        [0.99, 'p99'],
      ] as const)
        assertPercentile(latency[name], share, raw)
      assert.ok(Math.abs(latency.mean - mean(raw)) < 0.01 * mean(raw), `${latency.mean} of ${mean(raw)}`)
    }),
  )
})
