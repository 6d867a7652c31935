import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const file = `
import { constant, HttpUser, metrics, task } from 'katydid'
const size = metrics.trend('size')
export class U extends HttpUser {
  waitTime = constant(0.02)
  @task(4) async fast() { await this.client.get('/json'); size.add(10) }
  @task(4) async slow() { await this.client.get('/delay/60', { name: '/slow' }) }
  @task(2) async failing() { await this.client.get('/status/500') }
}
`
const run = async (flags: string[], files: Record<string, string> = {}) => {
  const outcome = await runKatydid(['run', 'u.ts', '-H', target.url, '-u', '6', '-r', '60', ...flags], {
    files: { 'u.ts': file, ...files },
  })
  await assertTruth(outcome, target)
  return outcome
}
const thresholds = (...list: string[]) => list.flatMap((that) => ['--threshold', that])

test('those that hold pass the run and are listed', async () => {
  const passed = await run(['-t', '1s', ...thresholds('fail_ratio < 60%', 'GET /json: p95 < 9s', 'size: p95 < 11')])
  assertExit(passed, 0)
  const findings = passed.result.verdict.findings.filter(({ kind }) => kind === 'threshold')
  assert.ok(findings.length >= 3)
  for (const { outcome, text } of findings) assert.equal(outcome, 'passed', text)
})

test('one that breaks fails the run, with name, number and limit in one line', async () => {
  const failed = await run(['-t', '1s', ...thresholds('fail_ratio < 60%', 'GET /slow: p50 < 20ms', 'size: p95 < 5')])
  assertExit(failed, 1)
  const broken = failed.result.verdict.findings.filter(({ outcome }) => outcome === 'failed')
  assert.equal(broken.length, 2)
  assert.match(broken[0]!.text, /GET \/slow: p50 < 20ms.*\b\d{2,}(\.\d+)? ms/)
  assert.match(broken[1]!.text, /size: p95 < 5.*\b(9\.\d+|10)/)
  for (const { text } of broken) assert.ok(!text.includes('\n') && failed.stdout.includes(text), text)
})

test('the defaults hold unless the plan has its own on the same measure', async () => {
  const failed = await run(['-t', '1s'])
  assertExit(failed, 1)
  const [finding] = failed.result.verdict.findings.filter(({ outcome }) => outcome === 'failed')
  assert.match(finding!.text, /fail_ratio.*1\s?%.*\(default\)/)
})

test('one with abort ends the run at once, but not before its `after`', async () => {
  const values = (after: string) => `
load:
  thresholds:
    - fail_ratio < 60%
    - { that: "p95{ok} < 20ms", window: 1s, abort: true, after: ${after} }
`
  const aborted = await run(['-t', '20s', '-f', 'v.yaml'], { 'v.yaml': values('1s') })
  assertExit(aborted, 1)
  assert.ok(
    aborted.result.durationMs > 900 && aborted.result.durationMs < 10_000,
    `lasted ${aborted.result.durationMs}`,
  )
  await target.reset()
  const late = await run(['-t', '1s', '-f', 'v.yaml'], { 'v.yaml': values('60s') })
  assert.ok(late.result.durationMs >= 1000)
})

test('exceptions = 0 is a default too', async () => {
  const throwing = `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.1)
  @task async t() { await this.client.get('/json'); throw new TypeError('not what I expected') }
}
`
  const failed = await run(['-t', '600ms'], { 'u.ts': throwing })
  assertExit(failed, 1)
  assert.ok(
    failed.result.verdict.findings.some(
      ({ outcome, text }) => outcome === 'failed' && /exceptions.*\(default\)/.test(text),
    ),
  )
})

test('a name with a threshold is measured however many other names there are', async () => {
  const names = `
import { constant, HttpUser, task } from 'katydid'
let n = 0
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async t() { for (const name of ['/order/' + n++, '/order/' + n++, '/checkout']) await this.client.get('/json', { name }) }
}
`
  const flags = ['-t', '600ms', '--max-names', '2', '--threshold', 'GET /checkout: fail_ratio < 1%']
  const outcome = await run(flags, { 'u.ts': names })
  assertExit(outcome, 0)
  const { requests } = outcome.result
  const of = (name: string) => requests.find((group) => group.name === name)?.requests
  assert.equal(of('/checkout'), outcome.result.totals.requests / 3)
})

test('a run in which nothing completed is broken', async () => {
  const idle = `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser { waitTime = constant(1); @task async t() {} }
`
  assertExit(await run(['-t', '600ms'], { 'u.ts': idle }), 2)
})
