import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth, row } from './assert-truth.ts'
import { runKatydid, startKatydid } from './run-katydid.ts'
import { certificates } from './target/certificates.ts'
import { sleep } from './target/exchange.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const calling = (path: string, options = '{}') => ({
  'f.ts': `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.03)
  @task(3) async fault() { await this.client.get('${path}', ${options}) }
  @task(1) async good() { await this.client.get('/json') }
}
`,
})
const run = (files: Record<string, string>, ...flags: string[]) =>
  runKatydid(['run', 'f.ts', '-H', target.url, '-u', '4', '-r', '40', '-t', '1s', '-s', '500ms', ...flags], { files })

/** What a target does wrong, and what every one of those requests is reported as. */
const wrong: [path: string, error: RegExp][] = [
  ['/reset', /^ECONNRESET$|reset/i],
  ['/reset-before', /^ECONNRESET$|reset/i],
  ['/hangup', /UND_ERR_SOCKET|closed|ECONNRESET/i],
  ['/malformed', /HPE_|pars|HTTP/i],
  ['/bad-header', /HPE_|pars|HTTP/i],
  ['/bad-length', /UND_ERR_SOCKET|closed|length/i],
]
for (const [path, error] of wrong)
  test(`${path}: failures of one kind, the users go on, the run fails`, async () => {
    const outcome = await run(calling(path))
    assertExit(outcome, 1)
    await assertTruth(outcome, target)
    const { requests, failures } = row(outcome, 'GET', path)
    assert.ok(requests > 10 && failures === requests, `${failures} of ${requests} failed`)
    assert.equal(row(outcome, 'GET', '/json').failures, 0)
    const kinds = outcome.result.errors.map((entry) => entry.error)
    assert.equal(kinds.length, 1, kinds.join(', '))
    assert.match(kinds[0]!, error)
    assert.ok(!/127\.0\.0\.1|:\d{4,5}/.test(kinds[0]!), 'no addresses in what failures are grouped by')
    assert.deepEqual(outcome.result.exceptions, [], 'a transport error is no exception of the task')
  })

test('a server that never answers: aborted at the end, and the run is over in time', async () => {
  const outcome = await run(calling('/never'))
  await assertTruth(outcome, target)
  assert.equal(row(outcome, 'GET', '/never').aborted, 4)
  assert.ok(outcome.loadedMs < 25_000, `took ${outcome.loadedMs} ms`)
})

test('an endless answer is cut off at its limit or at the end, within the memory', async () => {
  const outcome = await runKatydid(
    ['run', 'f.ts', '-H', target.url, '-u', '2', '-r', '20', '-t', '2s', '-s', '500ms'],
    {
      files: calling('/endless'),
      nodeFlags: ['--max-old-space-size=256'],
    },
  )
  await assertTruth(outcome, target)
  assert.ok(row(outcome, 'GET', '/endless').aborted + row(outcome, 'GET', '/endless').failures >= 2)
  assert.ok(outcome.loadedMs < 25_000, `took ${outcome.loadedMs} ms`)
})

test('a body of 2 GB under a heap of 256 MB', async () => {
  const file = `
import { constant, HttpUser, StopTest, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0)
  @task async t() {
    const big = await this.client.get('/big/2000000000')
    try { big.text(); throw new Error('read 2 GB') } catch (error) { if (String(error).includes('read 2 GB')) throw error }
    await this.client.get('/json')
    throw new StopTest()
  }
}
`
  const outcome = await runKatydid(['run', 'f.ts', '-H', target.url, '-u', '1', '-t', '3m'], {
    files: { 'f.ts': file },
    nodeFlags: ['--max-old-space-size=256'],
  })
  await assertTruth(outcome, target)
  assert.deepEqual(outcome.result.exceptions, [])
  assert.equal(row(outcome, 'GET', '/json').requests, 1, 'the run went on')
})

test('a task that throws is an exception with its place in the user file', async () => {
  const outcome = await run({
    'f.ts': `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async t() {
    await this.client.get('/json')
    const nothing = undefined as any
    nothing.missing() // line 8
  }
}
`,
  })
  assertExit(outcome, 1)
  await assertTruth(outcome, target)
  const [exception, ...others] = outcome.result.exceptions
  assert.deepEqual(others, [])
  assert.equal(exception!.count, outcome.result.totals.requests)
  assert.match(exception!.message, /missing/)
  assert.match(exception!.traceback, /f\.ts:8/)
  assert.ok(!exception!.traceback.includes('runner/src'), 'none of our own lines')
})

test('a task that never awaits starves nobody: the run still ends', async () => {
  const outcome = await run({
    'f.ts': `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0)
  @task t() { void this.client.get('/json') }
}
`,
  })
  await assertTruth(outcome, target)
  assert.ok(outcome.loadedMs < 25_000, `took ${outcome.loadedMs} ms`)
  assert.ok(outcome.result.totals.requests > 0)
})

test('a task that does nothing at all, without a wait, cannot hold up the end', async () => {
  const outcome = await run({
    'f.ts': `
import { constant, User, task } from 'katydid'
export class U extends User {
  waitTime = constant(0)
  @task t() {}
}
`,
  })
  assertExit(outcome, 2)
  assert.ok(outcome.loadedMs < 25_000, `took ${outcome.loadedMs} ms`)
})

test('a task that blocks the loop makes the generator saturated, and the run says so', async () => {
  const blocking = {
    'f.ts': `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.01)
  @task async t() {
    await this.client.get('/json')
    for (const until = performance.now() + 300; performance.now() < until; );
  }
}
`,
  }
  const outcome = await run(blocking, '-u', '2', '-t', '3s', '--on-saturated', 'broken')
  await assertTruth(outcome, target)
  assertExit(outcome, 2)
  assert.ok(outcome.result.verdict.findings.some(({ kind, outcome }) => kind === 'generator' && outcome === 'broken'))
  await target.reset()
  const softened = await run(blocking, '-u', '2', '-t', '3s', '--on-saturated', 'warn')
  assertExit(softened, 0)
})

test('a rejection nobody waits for is an exception, not the end of the process', async () => {
  const outcome = await run({
    'f.ts': `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async t() {
    await this.client.get('/json')
    void Promise.reject(new Error('forgotten'))
  }
}
`,
  })
  await assertTruth(outcome, target)
  assertExit(outcome, 1)
  assert.ok(outcome.result.exceptions.some(({ message }) => message.includes('forgotten')))
})

test('a target that refuses connections', async () => {
  await using gone = await startTarget()
  await gone.close()
  const outcome = await runKatydid(['run', 'f.ts', '-H', gone.url, '-u', '2', '-r', '20', '-t', '1s'], {
    files: calling('/json'),
  })
  assertExit(outcome, 1)
  assert.equal(outcome.result.totals.failures, outcome.result.totals.requests)
  assert.deepEqual([...new Set(outcome.result.errors.map(({ error }) => error))], ['ECONNREFUSED'])
})

test('a host whose name leads nowhere', async () => {
  const outcome = await runKatydid(['run', 'f.ts', '-H', 'http://katydid.invalid', '-u', '1', '-t', '1s'], {
    files: calling('/json'),
  })
  assertExit(outcome, 1)
  assert.equal(outcome.result.totals.failures, outcome.result.totals.requests)
  assert.match(outcome.result.errors[0]!.error, /^(ENOTFOUND|EAI_AGAIN)$/)
})

test('TLS that must not be trusted', async () => {
  for (const [certificate, error] of [
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const) {
    await using secure = await startTarget({ protocol: 'https', certificate })
    const ca = ['--ca', certificates().files.ca]
    const args = ['run', 'f.ts', '-H', secure.url, '-u', '1', '-t', '400ms']
    const outcome = await runKatydid([...args, ...ca], { files: calling('/json') })
    assertExit(outcome, 1)
    assert.deepEqual([...new Set(outcome.result.errors.map((entry) => entry.error))], [error])
    assert.equal((await secure.settled()).total, 0, 'no request was sent')
  }
})

test('a target that goes away in the middle and comes back', async () => {
  await using going = await startTarget()
  const flags = ['-u', '4', '-r', '40', '--threshold', 'fail_ratio < 100%']
  const running = startKatydid(['run', 'f.ts', '-H', going.url, ...flags], { files: calling('/json') })
  await going.loaded(20)
  const before = (await going.counts()).total
  await going.close()
  await sleep(500)
  await using back = await startTarget({ port: going.port })
  await back.loaded(40)
  running.child.kill('SIGINT')
  const outcome = await running.done
  const later = (await back.settled()).total
  assertExit(outcome, 0)
  const { requests, failures, aborted } = outcome.result.totals
  assert.ok(failures > 0 && later > 20, `${failures} failures, then ${later} requests`)
  assert.ok(before + later <= requests + aborted, 'seen ≤ sent')
  assert.ok(later <= requests - failures, 'whoever came back was answered')
})
