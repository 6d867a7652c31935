import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { assertExit, assertTruth, row } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { promtoolOn, RealPrometheus, skipWithoutPrometheus } from './real-prometheus.ts'
import { Scrape } from './scrape.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const strange = 'say "hi"\nin two lines, \\ and 支払い 🦗 \t\r\u0001'
const file = `
import { check, constant, HttpUser, metrics, task } from 'katydid'
export class Reader extends HttpUser {
  waitTime = constant(0.02)
  @task(5) async slow() { check((await this.client.get('/delay/uniform/10/90', { name: 'slow' })).status === 200, 'is 200'); metrics.trend('size').add(3) }
  @task(3) async quick() { await this.client.get('/json', { name: ${JSON.stringify(strange)} }) }
  @task async odd() { await this.client.get('/status/200', { name: 'nothing \\0 and half \\ud83d' }) }
  @task async missing() { await this.client.get('/status/404') }
}
`

/** The queries that the documentation shows. */
function shownQueries(): string[] {
  const page = readFileSync(new URL('../runner/docs/prometheus-and-opentelemetry.md', import.meta.url), 'utf8')
  return [...page.matchAll(/^ {4}((?:sum|histogram_quantile)\b.*katydid_.*)$/gm)].map(([, query]) => query!)
}

describe('a real Prometheus', { skip: skipWithoutPrometheus }, () => {
  test(
    'has in the end what the report has, to the last request',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const args = ['shop.ts', '-H', target.url, '-u', '12', '-r', '6', '-t', '8s', '--threshold', 'fail_ratio < 50%']
      const master = await cluster.master([...args, '--serve'], { files: { 'shop.ts': file } })
      await using prometheus = await RealPrometheus.start(master.web)
      cluster.worker(master.port)
      await fetch(`http://${master.web}/verdict?wait=60`)
      await prometheus.seeing('katydid_run_verdict', 0)
      const scrape = await Scrape.of(master.web)
      const total = scrape.sum('katydid_requests_total')!
      await prometheus.seeing('sum(katydid_requests_total)', total)
      const answers = await Promise.all(
        [
          'katydid_requests_total',
          'sum(increase(katydid_requests_total[1m]))',
          'sum(katydid_errors_total)',
          'histogram_quantile(0.95, katydid_request_duration_seconds_bucket{name="slow"})',
          'max_over_time(sum(katydid_users)[1m:1s])',
          'count(katydid_run_info)',
          ...shownQueries(),
        ].map((query) => prometheus.query(query)),
      )
      const [byName, increase, errors, p95, users, infos, ...shown] = answers
      master.child.kill('SIGTERM')
      const run = await master.done
      assertExit(run, 0)
      await assertTruth(run, target)

      const { requests, totals } = run.result
      assert.equal(total, totals.requests)
      for (const { method, name, requests: count } of requests) {
        const readable = name.toWellFormed()
        const found = byName!.find(({ metric }) => metric.method === method && metric.name === readable)
        assert.equal(found?.value, count, name)
      }
      assert.ok(byName!.some(({ metric }) => metric.name === strange))
      assert.equal(byName!.length, requests.length)
      assert.equal(errors![0]!.value, totals.failures)
      // of what there was at the first look it does not know whether it is new, and it looks a little beyond both ends
      const grown = increase![0]!.value / totals.requests
      assert.ok(grown > 0.8 && grown < 1.15, `${grown}`)
      // what is guessed from the buckets is in the bucket of what the report says
      const { p95: reported } = row(run, 'GET', 'slow').latencyMs
      assert.ok(reported > 50, `${reported} ms of 10 to 90 ms`)
      const ends = scrape.series
        .filter(({ name, labels }) => name === 'katydid_request_duration_seconds_bucket' && labels.name === 'slow')
        .map(({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')) * 1_000)
      const above = Math.min(...ends.filter((end) => end * 1.01 >= reported))
      const below = Math.max(0, ...ends.filter((end) => end < reported / 1.01))
      const guessed = p95![0]!.value * 1_000
      assert.ok(guessed >= below && guessed <= above, `${guessed} ms and ${reported} ms: from ${below} to ${above} ms`)
      assert.equal(users![0]!.value, 12)
      assert.equal(infos![0]!.value, 1)
      assert.equal(shown.length, 3, 'the page shows three queries')
      for (const [i, answers] of shown.entries())
        assert.ok(answers.length > 0 && answers.every(({ value }) => value >= 0 && value < 1e4), `query ${i}`)
    }),
  )

  test('finds no fault with the page: names, types, units', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const args = ['shop.ts', '-H', target.url, '--arrivals', '40/s', '--max-users', '20', '-t', '2s', '--serve']
    const master = await cluster.master(args, { files: { 'shop.ts': file } })
    assert.equal(promtoolOn((await Scrape.of(master.web)).text), '')
    cluster.worker(master.port)
    await fetch(`http://${master.web}/verdict?wait=60`)
    const { text } = await Scrape.of(master.web)
    assert.match(text, /scheduled_duration_seconds_bucket/)
    assert.equal(promtoolOn(text), '')
    assert.notEqual(promtoolOn(`${text}a{ 1\n`), '', 'it can find fault')
    master.child.kill('SIGTERM')
    await assertTruth(await master.done, target)
  })
})
