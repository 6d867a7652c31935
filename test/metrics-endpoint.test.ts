import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster, type RunningMaster } from './cluster.ts'
import type { Result } from './result.ts'
import { runKatydid, startKatydid, temporaryFolder } from './run-katydid.ts'
import { assertOnlyRisen, Scrape } from './scrape.ts'
import { sleep } from './target/exchange.ts'
import { startTarget } from './target/target.ts'

const shop = `
import { check, constant, HttpUser, metrics, parameters, secret, task } from 'katydid'
export const params = parameters({ key: secret('API_KEY') })
const sold = metrics.counter('sold')
const cart = metrics.trend('cart')
const open = metrics.gauge('open "doors"')
export class Buyer extends HttpUser {
  static weight = 3
  waitTime = constant(0.02)
  n = 0
  @task(6) async buy() {
    using response = await this.client.get('/json', { name: 'say "hi"\\nin two lines, \\\\ and 支払い', catchResponse: true })
    check(response.status === 200, 'is 200')
    check(this.n++ % 2 === 0, 'even')
    sold.add(this.n % 3 === 0 ? -1 : 2)
    cart.add(this.n % 5)
    open.set(7)
  }
  @task async missing() { await this.client.get('/status/404') }
  @task async redirected() { await this.client.get('/redirect/2') }
  @task async secretly() { await this.client.get('/status/200/' + params.key) }
  @task async wrong() { throw new Error('of ' + params.key) }
}
export class Idle extends HttpUser { waitTime = constant(60); @task async t() { await this.client.get('/status/200') } }
`
const secret = 'hush-0123456789'
const options = { files: { 'shop.ts': shop }, env: { API_KEY: secret } }
const lenient = ['--threshold', 'fail_ratio < 50%', '--threshold', 'exceptions < 100000']
const load = ['-u', '8', '-r', '80', '-t', '4s']

/** Looks again and again until the verdict is there: the last look is of a run that is over. */
async function watched(web: string): Promise<Scrape[]> {
  const scrapes = [await Scrape.of(web)]
  for (let i = 0; i < 1_800 && scrapes.at(-1)!.sum('katydid_run_verdict') === undefined; i++) {
    await sleep(100)
    scrapes.push(await Scrape.of(web))
  }
  return scrapes
}

/** The end of a master that stays: its report. */
async function ended(master: RunningMaster) {
  master.child.kill('SIGTERM')
  return master.done
}

function assertReport(scrape: Scrape, result: Result): void {
  const { totals, requests, errors, exceptions, metrics, health, verdict } = result
  for (const { method, name, ...row } of requests) {
    const labels = { method, name }
    const told = {
      requests: scrape.sum('katydid_requests_total', labels),
      failures: scrape.sum('katydid_request_failures_total', labels),
      aborted: scrape.sum('katydid_requests_aborted_total', labels),
      hops: scrape.sum('katydid_redirects_total', labels),
      bytes: scrape.sum('katydid_response_bytes_total', labels),
    }
    const { requests, failures, aborted, hops, bytes } = row
    assert.deepEqual(told, { requests, failures, aborted, hops, bytes }, name)
    assert.equal(scrape.sum('katydid_request_duration_seconds_count', labels), requests, name)
    assert.equal(scrape.sum('katydid_request_duration_seconds_bucket', { ...labels, le: '+Inf' }), requests, name)
    const mean = scrape.sum('katydid_request_duration_seconds_sum', labels)! / requests
    assert.ok(Math.abs(mean * 1_000 - row.latencyMs.mean) < 0.001 + row.latencyMs.mean / 1e6, `${mean} s`)
  }
  assert.equal(scrape.sum('katydid_requests_total'), totals.requests)
  for (const error of new Set(errors.map(({ error }) => error)))
    assert.equal(
      scrape.sum('katydid_errors_total', { error }),
      errors.filter((row) => row.error === error).reduce((sum, { occurrences }) => sum + occurrences, 0),
    )
  assert.equal(
    scrape.sum('katydid_exceptions_total') ?? 0,
    exceptions.reduce((sum, { count }) => sum + count, 0),
  )
  for (const [name, metric] of Object.entries(metrics as Record<string, Record<string, unknown>>))
    switch (metric.kind) {
      case 'counter': {
        const of = (what: string) => scrape.sum(`katydid_metric_${what}_total`, { metric: name }) ?? 0
        assert.equal(of('added') - of('subtracted'), metric.sum)
        break
      }
      case 'rate':
        assert.equal(scrape.sum('katydid_checks_total', { check: name }), metric.count)
        assert.equal(scrape.sum('katydid_checks_passed_total', { check: name }), metric.trues)
        break
      case 'trend':
        assert.equal(scrape.sum('katydid_metric_trend_count', { metric: name }), metric.count)
        break
      case 'gauge':
        assert.equal(scrape.sum('katydid_metric_value', { metric: name }), metric.value)
    }
  assert.equal(scrape.sum('katydid_generator_intervals_total'), health.intervals)
  assert.equal(scrape.sum('katydid_generator_saturated_intervals_total'), health.saturatedIntervals)
  assert.equal(scrape.sum('katydid_run_verdict'), verdict.exitCode)
  assert.equal(scrape.sum('katydid_run_state', { state: 'finished' }), 1)
}

describe('/metrics', { concurrency: 2 }, () => {
  test('of a master and two workers: it only rises, and at the end is what the report and the target say', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const args = ['shop.ts', '-H', target.url, ...load, ...lenient, '--serve', '--expect-workers', '2']
    const master = await cluster.master([...args, '--run-token', 'shop-3'], options)
    const early = await Scrape.of(master.web)
    assert.equal(early.sum('katydid_requests_total'), undefined)
    for (let i = 0; i < 2; i++) cluster.worker(master.port, [], { env: options.env })
    const scrapes = await watched(master.web)
    const last = await Scrape.of(master.web)
    const run = await ended(master)
    assertExit(run, 0)
    await assertTruth(run, target)
    assertReport(last, run.result)
    assert.equal(
      last.sum('katydid_requests_total')! +
        last.sum('katydid_requests_aborted_total')! +
        last.sum('katydid_redirects_total')!,
      (await target.counts()).total,
    )
    for (const [i, scrape] of scrapes.entries()) if (i > 0) assertOnlyRisen(scrapes[i - 1]!, scrape)
    const most = (of: (scrape: Scrape) => number | undefined) => Math.max(...scrapes.map((scrape) => of(scrape) ?? 0))
    assert.equal(
      most((scrape) => scrape.sum('katydid_users', { user_class: 'Buyer' })),
      6,
    )
    assert.equal(
      most((scrape) => scrape.sum('katydid_users')),
      8,
    )
    assert.equal(
      most((scrape) => scrape.sum('katydid_users_asked')),
      8,
    )
    assert.equal(
      most((scrape) => scrape.sum('katydid_workers', { state: 'running' })),
      2,
    )
    assert.ok(most((scrape) => scrape.sum('katydid_run_state', { state: 'running' })) === 1)
    for (const now of ['katydid_users', 'katydid_users_asked']) assert.equal(last.sum(now), 0)
    const [info, ...more] = last.series.filter(({ name }) => name === 'katydid_run_info')
    assert.equal(more.length, 0)
    assert.match(info!.labels.run!, /^shop-3\//)
    assert.equal(info!.labels.profile, 'constant')
    assert.ok(last.text.includes('[redacted]'))
    assert.ok(![...scrapes, last].some(({ text }) => text.includes(secret)))
    assert.deepEqual(
      last.series.filter(({ labels }) => labels.run !== undefined),
      [info],
      'no other series is of one run only',
    )
  })

  test('of an open model: arrivals, and the latency from the intended start', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const file = shop.replaceAll(/@task async (missing|wrong)/g, 'async $1')
    const args = [
      'shop.ts',
      'Buyer',
      '-H',
      target.url,
      '--arrivals',
      '50/s',
      '--max-users',
      '200',
      '-t',
      '3s',
      '--serve',
    ]
    const master = await cluster.master(args, { ...options, files: { 'shop.ts': file } })
    cluster.worker(master.port, [], { env: options.env })
    const scrapes = await watched(master.web)
    const last = await Scrape.of(master.web)
    const run = await ended(master)
    assertExit(run, 0)
    await assertTruth(run, target)
    assertReport(last, run.result)
    const told = ['offered', 'started', 'dropped'].map((what) => last.sum(`katydid_arrivals_${what}_total`))
    const { offered, started, dropped } = run.result.arrivals!
    assert.deepEqual(told, [offered, started, dropped])
    assert.equal(last.sum('katydid_request_scheduled_duration_seconds_count'), run.result.totals.requests)
    assert.ok(scrapes.every((scrape) => scrape.sum('katydid_users_asked') === undefined))
  })

  for (const processes of [[], ['--processes', '2']])
    test(`of katydid run --web-port ${processes.join(' ')}`, async () => {
      await using target = await startTarget()
      const web = ['--web-host', '127.0.0.1', '--web-port', '0']
      const args = ['run', 'shop.ts', '-H', target.url, ...load, ...lenient, ...processes, ...web]
      const running = startKatydid(args, options)
      const [, at = ''] = await running.saying(/verdict and result at http:\/\/(\S+)/)
      let last = await Scrape.of(at)
      for (let i = 0; i < 2_400 && running.child.exitCode === null; i++) {
        // the run may end at any moment, and its HTTP side with it
        const next = await Scrape.of(at).catch(() => last)
        assertOnlyRisen(last, next)
        last = next
        await sleep(50)
      }
      const run = await running.done
      assertExit(run, 0)
      await assertTruth(run, target)
      const { requests } = run.result.totals
      const seen = last.sum('katydid_requests_total')!
      assert.ok(seen <= requests && seen > requests / 2, `${seen} of ${requests} were seen before the end`)
    })

  test('of a run that breaks before its start: the verdict', async () => {
    using cluster = new Cluster()
    const master = await cluster.master(['nowhere.ts', '-H', 'http://127.0.0.1:9', '--serve'], options)
    const [last] = (await watched(master.web)).slice(-1)
    assert.equal(last!.sum('katydid_run_verdict'), 2)
    assert.equal((await ended(master)).exitCode, 2)
  })

  test('without --web-port nothing of it is loaded', async () => {
    await using target = await startTarget()
    const MODULES = join(temporaryFolder(), 'modules')
    const noting = fileURLToPath(new URL('./fixtures/note-modules.mjs', import.meta.url))
    const run = await runKatydid(['run', 'shop.ts', '-H', target.url, '-u', '1', '-t', '500ms', ...lenient], {
      ...options,
      env: { ...options.env, MODULES },
      nodeFlags: ['--import', noting],
    })
    await assertTruth(run, target)
    const loaded = readFileSync(MODULES, 'utf8')
    assert.ok(loaded.includes('node_modules/esbuild/') && !loaded.includes('node_modules/prom-client/'))
  })

  test('a port that is none, or in use: one sentence, no load', async () => {
    await using target = await startTarget()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    try {
      for (const [value, said] of [
        ['many', /bad --web-port "many"/],
        ['65536', /bad --web-port "65536"/],
        [String(port), /cannot serve HTTP on 127\.0\.0\.1:\d+: it is in use/],
      ] as const) {
        const web = ['--web-host', '127.0.0.1', '--web-port', value]
        const run = await runKatydid(['run', 'shop.ts', '-H', target.url, ...load, ...web], options)
        assertExit(run, 2)
        assert.match(run.stderr, said)
        assert.ok(!/\n\s+at /.test(run.stderr), 'no stack trace')
      }
      assert.equal((await target.counts()).total, 0)
    } finally {
      server.close()
    }
  })
})
