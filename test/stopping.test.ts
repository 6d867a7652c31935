import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertExit, assertTruth } from './assert-truth.ts'
import { runKatydid, startKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

/** Every task is one request that takes that long. */
const slow = (ms: number) => ({
  'slow.ts': `
import { constant, HttpUser, task } from 'katydid'
export class Slow extends HttpUser {
  waitTime = constant(0.01)
  @task async t() { await this.client.get('/delay/${ms}') }
}
`,
})
const args = (...more: string[]) => ['run', 'slow.ts', '-H', target.url, '-u', '6', '-r', '60', ...more]
const sixBusy = async () => (await target.counts()).total >= 6

test('run time over: users finish their task within the stop timeout', async () => {
  const run = await runKatydid(args('-t', '1s', '-s', '5s'), { files: slow(700) })
  assertExit(run, 0)
  await assertTruth(run, target)
  assert.equal(run.result.totals.aborted, 0)
  assert.equal((await target.counts()).cutOff, 0)
  assert.ok(run.result.durationMs >= 1300 && run.result.durationMs < 6000, `lasted ${run.result.durationMs} ms`)
})

test('the stop timeout over: what is under way is aborted and counted apart', async () => {
  const run = await runKatydid(args('-t', '1s', '-s', '300ms', '--threshold', 'fail_ratio < 50%'), {
    files: slow(20_000),
  })
  await assertTruth(run, target)
  assert.deepEqual([run.result.totals.requests, run.result.totals.aborted], [0, 6])
  assert.equal((await target.counts()).cutOff, 6)
  assert.ok(run.loadedMs < 18_000, `took ${run.loadedMs} ms`)
  assertExit(run, 2) // nothing completed at all
})

test('a task that waits for something else than a request is ended by its signal', async () => {
  const file = `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0)
  @task async t() {
    await this.client.get('/json')
    await new Promise((resolve, reject) => this.signal.addEventListener('abort', () => reject(this.signal.reason)))
  }
}
`
  const run = await runKatydid(['run', 'u.ts', '-H', target.url, '-u', '3', '-r', '30', '-s', '200ms'], {
    files: { 'u.ts': file },
    signalAfter: { signal: 'SIGINT', when: async () => (await target.counts()).total >= 3 },
  })
  assertExit(run, 0)
  await assertTruth(run, target)
  assert.deepEqual(run.result.exceptions, [], 'being stopped is no exception of the task')
  assert.ok(run.loadedMs < 25_000, `took ${run.loadedMs} ms`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} before the run time is over ends in order, with everything reported, as broken`, async () => {
    const run = await runKatydid(args('-t', '60s', '-s', '5s'), {
      files: slow(300),
      signalAfter: { signal, when: sixBusy, ms: 300 },
    })
    assertExit(run, 2)
    await assertTruth(run, target)
    assert.ok(run.result.totals.requests >= 6)
    assert.equal(run.result.totals.aborted, 0)
    assert.ok(run.result.verdict.findings.some(({ kind, outcome }) => kind === 'interrupted' && outcome === 'broken'))
  })

test('SIGINT ends a run without a run time as it was meant to end', async () => {
  const run = await runKatydid(args('-s', '5s'), {
    files: slow(100),
    signalAfter: { signal: 'SIGINT', when: sixBusy, ms: 200 },
  })
  assertExit(run, 0)
  await assertTruth(run, target)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} while the load file is still read: gone at once, and there was no verdict`, async () => {
    const running = startKatydid(args('-t', '1s'), {
      files: {
        'slow.ts': `import { HttpUser } from 'katydid'
process.stderr.write('reading\\n')
await new Promise((resolve) => setTimeout(resolve, 60_000))
export class U extends HttpUser {}`,
      },
      json: false,
    })
    await running.saying(/reading/)
    running.child.kill(signal)
    const askedAt = performance.now()
    const outcome = await running.done
    assert.deepEqual([outcome.exitCode, outcome.signal], [2, null])
    assert.match(outcome.stderr, new RegExp(`${signal} came before the run was over: there is no result`))
    assert.ok(performance.now() - askedAt < 30_000)
  })

test('a second SIGINT leaves at once', async () => {
  const run = await runKatydid(args('-t', '60s', '-s', '60s'), {
    files: slow(20_000),
    signalAfter: [
      { signal: 'SIGINT', when: sixBusy, ms: 200 },
      { signal: 'SIGINT', ms: 500 },
    ],
  })
  assert.equal(run.signalledAt.length, 2, 'the first did not end it')
  const leftMs = Date.now() - run.signalledAt[1]!
  assert.ok(leftMs < 10_000, `${leftMs} ms: tasks take 20 s, the stop timeout is 60 s`)
  assert.notEqual(run.exitCode, 0)
  assert.equal((await target.settled()).total, 6)
})

test('onStop runs for every user, also for those that were aborted', async () => {
  const file = `
import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.01)
  async onStart() { await this.client.post('/status/200?start', { name: 'start' }) }
  async onStop() { await this.client.post('/status/200?stop', { name: 'stop' }) }
  @task async t() { await this.client.get('/delay/20000') }
}
`
  const run = await runKatydid(['run', 'u.ts', '-H', target.url, '-u', '5', '-r', '50', '-s', '300ms'], {
    files: { 'u.ts': file },
    // all five have started, and are in their task
    signalAfter: { signal: 'SIGINT', when: async () => (await target.counts()).total >= 10 },
  })
  await assertTruth(run, target)
  const count = Object.fromEntries(
    run.result.requests.map(({ name, requests, aborted }) => [name, [requests, aborted]]),
  )
  assert.deepEqual(count, { start: [5, 0], stop: [5, 0], '/delay/20000': [0, 5] })
})
