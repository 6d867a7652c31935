import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { type Element, readPage, readTable } from '../runner/src/outputs/html/page.fixture.ts'
import { formatCount, formatNumber } from '../runner/src/stats/format.ts'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { type RunOutcome, runKatydid } from './run-katydid.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const file = `
import { check, constant, HttpUser, metrics, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.02)
  @task(3) async t() { await this.client.get('/json'); metrics.trend('size').add(3); check(true, 'fine, "really"') }
  @task async f() { await this.client.get('/status/500', { name: '<script>alert("/status")</script>' }) }
  @task async e() { throw new Error('a "quoted", <angled> exception') }
}
`
const lenient = ['--threshold', 'fail_ratio < 90%', '--threshold', 'exceptions < 10000']

async function pageOf(outcome: RunOutcome, path = 'report.html'): Promise<Element> {
  await assertTruth(outcome, target)
  return readPage(readFileSync(join(outcome.dir, path), 'utf8'))
}

const part = (page: Element, id: string): Element => {
  const found = page.withId(id)
  assert.ok(found, id)
  return found
}
const rowsOf = (page: Element, id: string) => readTable((part(page, id).all('table')[0] ?? part(page, id)) as Element)

test('--html: a page with the numbers of result.json, which are those that the target counted', async () => {
  const load = ['-H', target.url, '-u', '4', '-r', '40', '-t', '3s', '--threshold', 'GET /json: p95 < 0.001ms']
  const outcome = await runKatydid(['run', 'o.ts', ...load, ...lenient, '--html', 'deep/report.html'], {
    files: { 'o.ts': file },
  })
  assertExit(outcome, 1)
  const page = await pageOf(outcome, 'deep/report.html')
  const { requests, totals, verdict, errors } = outcome.result
  const [total] = outcome.result.series as { requests: number[]; p95Ms: number[] }[]

  const rows = rowsOf(page, 'requests')
  assert.equal(rows.length, requests.length + 1)
  for (const [at, request] of [...requests, totals].entries()) {
    const row = rows[at]!
    assert.deepEqual([row.method!.shown, row.name!.shown], [request.method, request.name])
    const { mean, min, p50, p90, p95, p99, max } = request.latencyMs
    const { requests, failures, rps } = request
    for (const [title, value] of Object.entries({
      requests,
      failures,
      'requests/s': rps,
      mean,
      min,
      p50,
      p90,
      p95,
      p99,
      max,
    }))
      assert.deepEqual([title, row[title]], [title, { shown: formatNumber(value), value }])
  }

  const headline = page.all('p').find(({ attributes }) => attributes.class === 'headline failed')
  assert.ok(outcome.stdout.includes(headline!.text), 'the line that the console prints')
  const thresholds = rowsOf(page, 'verdict')
  assert.deepEqual(
    thresholds
      .map(({ outcome, threshold, measured }) => `${outcome!.shown} ${threshold!.shown}: ${measured!.shown}`)
      .sort(),
    verdict.findings
      .filter(({ kind }) => kind === 'threshold')
      .map(({ outcome, text }) => `${outcome} ${text}`)
      .sort(),
  )
  const [error] = rowsOf(page, 'failures')
  assert.deepEqual([error!.occurrences!.value, error!.error!.shown], [errors[0]!.occurrences, errors[0]!.error])
  assert.ok(part(page, 'exceptions').text.includes('a "quoted", <angled> exception'))
  assert.ok(part(page, 'metrics').text.includes('fine, "really"'))

  const chart = rowsOf(page, 'chart-rates')
  // without the last one, which the end of the run cut off
  assert.deepEqual(
    chart.slice(0, 3).map((row) => row['requests/s']!.shown),
    total!.requests.slice(0, 3).map((count) => formatNumber(count)),
  )
  const latency = rowsOf(page, 'chart-latency')
  assert.deepEqual(
    latency.slice(0, 3).map((row) => row.p95!.shown),
    total!.p95Ms.slice(0, 3).map((ms) => `${formatNumber(ms)} ms`),
  )
  const users = rowsOf(page, 'chart-load')
  assert.equal(users[1]!['asked for']!.value, 4)
  assert.ok(rowsOf(page, 'chart-cpu').length >= 3)
})

test('--html of arrivals: what was offered, started and dropped, in sum and over time', async () => {
  const load = ['-H', target.url, '--arrivals', '50/s', '--max-users', '20', '-t', '3s', ...lenient]
  const outcome = await runKatydid(['run', 'o.ts', ...load, '--html', 'report.html'], { files: { 'o.ts': file } })
  assertExit(outcome, 0)
  const page = await pageOf(outcome)
  const { offered, started, dropped } = outcome.result.arrivals!
  const told = `${formatCount(offered)} offered, ${formatCount(started)} started, ${formatCount(dropped)} dropped`
  assert.ok(part(page, 'load').text.includes(told))
  const rows = rowsOf(page, 'chart-load')
  const sum = rows.reduce((all, row) => all + row.started!.value, 0)
  assert.ok(Math.abs(sum - started) <= rows.length, `${sum} in the chart, ${started} in all`)
  const scheduled = outcome.result.totals.scheduledLatencyMs!
  assert.equal(rowsOf(page, 'requests').at(-1)!['scheduled p99']!.value, scheduled.p99)
})

test('secrets are in no page', async () => {
  const secret = 'hush-0123456789'
  const files = {
    'o.ts': `
import { constant, HttpUser, parameters, secret, task } from 'katydid'
export const params = parameters({ key: secret('SHOP_KEY') })
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async t() { await this.client.get('/json', { name: '/json ' + params.key }); throw new Error('no ' + params.key) }
}
`,
  }
  const load = ['-H', target.url, '-u', '2', '-r', '20', '-t', '1s', ...lenient]
  const outcome = await runKatydid(['run', 'o.ts', ...load, '--html', 'report.html'], {
    files,
    env: { SHOP_KEY: secret },
  })
  const page = readFileSync(join(outcome.dir, 'report.html'), 'utf8')
  assert.ok(page.includes('[redacted]') && !page.includes(secret), outcome.stderr)
})

for (const [what, password, written] of [
  ['', 'hush-0123456789', 'hush-0123456789'],
  [' with what URLs escape', 'hush/0123@56', 'hush%2F0123%4056'],
] as const)
  test(`the password in the host${what} reaches the target, and no file, nor the console`, async () => {
    const host = target.url.replace('//', `//bob:${written}@`)
    const code = file.replace(
      `await this.client.get('/json');`,
      `const { headers } = (await this.client.get('/echo')).json<any>(); check(headers.authorization === ${JSON.stringify(`Basic ${btoa(`bob:${password}`)}`)}, 'known'); `,
    )
    const load = ['-H', host, '-u', '2', '-r', '20', '-t', '1s', ...lenient, '--threshold', 'known > 99%']
    const files = ['--html', 'report.html', '--junit', 'junit.xml', '--csv', 'out']
    const outcome = await runKatydid(['run', 'o.ts', ...load, ...files], { files: { 'o.ts': code } })
    assertExit(outcome, 0)
    const texts = ['result.json', 'report.html', 'junit.xml', 'out_stats.csv'].map((name) =>
      readFileSync(join(outcome.dir, name), 'utf8'),
    )
    for (const text of [outcome.stdout, outcome.stderr, ...texts])
      for (const secret of [password, written]) assert.ok(!text.includes(secret), text.slice(0, 2_000))
  })

test(
  'a master serves its page beside the other files',
  steady(async () => {
    await target.reset()
    using cluster = new Cluster()
    const load = ['-H', target.url, '-u', '2', '-r', '20', '-t', '1s', ...lenient]
    const outputs = ['--html', 'out/report.html', '--junit', 'out/junit.xml']
    const master = await cluster.master(['o.ts', ...load, ...outputs, '--serve'], { files: { 'o.ts': file } })
    const worker = cluster.worker(master.port)
    await fetch(`http://${master.web}/verdict?wait=30`)
    const names = await fetch(`http://${master.web}/files`)
    assert.deepEqual(await names.json(), ['result.json', 'junit.xml', 'report.html'])
    const served = await fetch(`http://${master.web}/files/report.html`)
    assert.equal(served.headers.get('content-type'), 'text/html; charset=utf-8')
    const text = await served.text()
    master.child.kill('SIGTERM')
    const outcome = await master.done
    assertExit(outcome, 0)
    assert.equal((await worker.done).exitCode, 0)
    await pageOf(outcome, 'out/report.html')
    assert.equal(text, readFileSync(join(outcome.dir, 'out/report.html'), 'utf8'))
  }),
)

test('a disk that is full at the end: said, broken, and everything else still written', {
  skip: !existsSync('/dev/full') && 'skipped: no /dev/full here',
}, async () => {
  const load = ['-H', target.url, '-u', '2', '-r', '20', '-t', '700ms', ...lenient]
  const outcome = await runKatydid(['run', 'o.ts', ...load, '--html', '/dev/full'], { files: { 'o.ts': file } })
  assertExit(outcome, 2)
  assert.match(outcome.stderr, /cannot write \/dev\/full \(--html\): no space left \(ENOSPC\)/)
  await assertTruth(outcome, target)
})
