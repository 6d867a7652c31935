import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import { assertExit } from './assert-truth.ts'
import { type RunOutcome, startKatydid } from './run-katydid.ts'
import { trusted } from './steady.ts'

interface HangOptions {
  /** So long after its first request it stops answering … */
  afterMs: number
  /** … on this path; left out: on all. */
  path?: string
  /** … until then, when it answers everything. Left out: for good. */
  untilMs?: number
}

/** A target that accepts everything, and at some time stops answering. */
async function hangingTarget({ afterMs, path, untilMs = Number.POSITIVE_INFINITY }: HangOptions) {
  const held: ServerResponse[] = []
  let firstAt: number | undefined
  let count = 0
  const server = createServer((request, response) => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      if (untilMs < Number.POSITIVE_INFINITY)
        setTimeout(() => {
          for (const late of held.splice(0)) late.end('late')
        }, untilMs).unref()
    }
    count++
    const sinceMs = performance.now() - firstAt
    if (sinceMs >= afterMs && sinceMs < untilMs && (path === undefined || request.url === path)) held.push(response)
    else response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count }
}

const user = (body: string) => `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.1)
  ${body}
}
`
const plain = user(`@task async a() { await this.client.get('/a') }`)

interface Case {
  title: string
  hang: HangOptions
  file?: string
  flags: string[]
  values?: string
}

/** Runs it, and holds the report against what the target counted. */
async function played({ title, hang, file = plain, flags, values = '{}' }: Case): Promise<RunOutcome> {
  const files = { 'u.ts': file, 'values.yaml': values }
  // a target hangs only once
  const once = async () => {
    const target = await hangingTarget(hang)
    return { target, run: await startKatydid(['run', 'u.ts', '-H', target.url, ...flags], { files }).done }
  }
  const { target, run } = await trusted(once, ({ run }) => run, flags)
  const seen = run.result.requests
    .filter(({ method }) => method === 'GET')
    .reduce((sum, { requests, aborted, hops, retries = 0 }) => sum + requests + aborted + hops + retries, 0)
  assert.equal(target.count(), seen, `${title}: what the target saw\n${run.stdout}`)
  return run
}

const closed = ['-u', '8', '-r', '80', '-t', '9s', '-s', '0s']
const hang = { afterMs: 1_500 }
const hangs: Case[] = [
  { title: 'closed model', hang, flags: closed },
  { title: 'closed model, shared connections', hang, flags: [...closed, '--connections', 'shared'] },
  { title: 'two processes', hang, flags: [...closed, '--processes', '2'] },
  { title: 'open model', hang, flags: ['--arrivals', '20/s', '--max-users', '500', '-t', '9s', '-s', '0s'] },
  {
    title: 'open model, one endpoint of three',
    hang: { afterMs: 1_500, path: '/b' },
    file: user(`
  @task async a() { await this.client.get('/a') }
  @task async b() { await this.client.get('/b') }
  @task async c() { await this.client.get('/c') }`),
    flags: ['--arrivals', '20/s', '--max-users', '500', '-t', '10s', '-s', '0s'],
  },
  {
    title: 'onStart',
    hang: { afterMs: 1_500, path: '/login' },
    file: user(`
  async onStart() { await this.client.get('/login') }
  @task async a() { await this.client.get('/a') }`),
    flags: ['-u', '8', '-r', '2', '-t', '10s', '-s', '0s'],
  },
  {
    title: 'a protocol of the load file’s own',
    hang: { afterMs: 60_000 },
    file: user(`
  @task async a() {
    await this.client.get('/a')
    let n = 0
    for (;;) await this.environment.measure({ type: 'OWN', name: 'x' }, () => (n++ < 3 ? 1 : new Promise(() => {})))
  }`),
    flags: ['-u', '4', '-r', '40', '-t', '9s', '-s', '0s'],
  },
]

describe('a target that hangs', () => {
  test('a target that stops answering fails by default, whatever the load', async () => {
    const runs = await Promise.all(hangs.map(played))
    for (const [i, run] of runs.entries()) {
      const { title } = hangs[i] as Case
      assertExit(run, 1)
      const failed = run.result.verdict.findings.filter(({ outcome }) => outcome !== 'passed')
      assert.equal(failed.length, 1, `${title}: ${JSON.stringify(failed)}`)
      assert.match(failed[0]?.text ?? '', /^unanswered < 1% \(default\): .* without an answer, the oldest for /, title)
      const { latencyMs, atLeast, unanswered } = run.result.totals
      assert.ok(latencyMs.max > 5_000 && atLeast?.includes('max') && unanswered >= 2, `${title}: ${latencyMs.max}`)
      assert.match(run.stdout, /≥ [\d,.]+/, title)
      assert.ok(
        run.result.events.some(({ kind }) => kind === 'answers_stopped'),
        `${title}: ${JSON.stringify(run.result.events)}`,
      )
    }
  })

  test('late answers count once, as slow; what is cut off young is no failure; a window sees a hang while it lasts', async () => {
    const [late, young, aborting, timingOut] = await Promise.all([
      played({
        title: 'a hang that ends',
        hang: { afterMs: 1_500, untilMs: 9_500 },
        flags: ['-u', '8', '-r', '80', '-t', '12s', '-s', '5s', '--threshold', 'max < 5s'],
      }),
      played({
        title: 'slow answers, cut off',
        hang: { afterMs: 4_000, untilMs: 7_000 },
        flags: ['-u', '8', '-r', '80', '-t', '5500ms', '-s', '0s', '--threshold', 'p50 < 1m'],
      }),
      played({
        title: 'a window that ends the run',
        hang,
        flags: ['-u', '8', '-r', '80', '-t', '60s', '-s', '0s', '-f', 'values.yaml'],
        values: 'load: { thresholds: [{ that: p95 < 1s, window: 2s, abort: true }, unanswered < 100%] }',
      }),
      played({
        title: 'requests that time out',
        hang,
        flags: [...closed, '--timeout', '700ms', '--threshold', 'fail_ratio < 100%'],
      }),
    ])
    assertExit(late, 1)
    assert.deepEqual(
      late.result.verdict.findings.filter(({ outcome }) => outcome === 'failed').map(({ text }) => text.split(':')[0]),
      ['max < 5s'],
    )
    assert.equal(late.result.totals.atLeast?.includes('max') ?? false, false)
    const kinds = late.result.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('answers_'))
    assert.deepEqual(kinds, ['answers_stopped', 'answers_resumed'])
    assertExit(young, 0)
    assert.equal(young.result.totals.aborted, 8)
    assertExit(aborting, 1)
    assert.ok(aborting.result.durationMs < 30_000, `lasted ${aborting.result.durationMs} ms`)
    const [ended] = aborting.result.verdict.findings
    assert.equal(ended?.atLeast, true)
    assert.match(ended?.text ?? '', /^p95 < 1s over every 2 s: worst ≥ .*\(ended the run\)$/)
    assertExit(timingOut, 1)
    assert.match(timingOut.result.verdict.findings[0]?.text ?? '', /^unanswered < 1% \(default\): /)
    assert.ok(timingOut.result.events.some(({ kind }) => kind === 'answers_stopped'))
  })
})
