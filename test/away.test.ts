import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import type { RunOptions, RunOutcome } from './run-katydid.ts'
import { steady } from './steady.ts'
import { startTarget, type Target } from './target/target.ts'

/* Workers that are away at the wrong moment: who they are shows in the path of what they request. */

const file = `
import { constant, HttpUser, task } from 'katydid'
export class Reader extends HttpUser {
  waitTime = constant(0.05)
  @task async read() { await this.client.get('/status/200/' + this.environment.workerIndex, { name: 'read' }) }
}
`
const files = { 'shop.ts': file }
const untilStopped = (users: number) => ['-u', String(users), '-r', '50']
const load = (users: number, time: string) => ['-u', String(users), '-r', '50', '-t', time]

/** A master and two workers under load; `a` is worker 0, which things happen to. */
async function two(cluster: Cluster, target: Target, args: string[], options: RunOptions = { files }) {
  const master = await cluster.master(['shop.ts', '-H', target.url, ...args, '--expect-workers', '2'], options)
  const a = cluster.worker(master.port, ['--id', 'a_1'])
  await a.saying(/joined the master/)
  cluster.worker(master.port, ['--id', 'b_1'])
  await target.loaded(60)
  return { master, a }
}

/** Once one worker has made so many more requests. */
async function loadedBy(target: Target, worker: number, requests: number): Promise<void> {
  const made = async () => (await target.counts()).byPath[`GET /status/200/${worker}`] ?? 0
  const wanted = (await made()) + requests
  for (const until = performance.now() + 120_000; (await made()) < wanted; await sleep(50))
    assert.ok(performance.now() < until, `worker ${worker} made no ${requests} requests within 120 s`)
}

/** In the last 2 s of the load both workers have half of the users, so that each makes about as many requests as the other. */
async function assertEqualShares(target: Target): Promise<void> {
  const log = await target.log()
  const end = Math.max(...log.map(({ arrivedAt }) => arrivedAt))
  const last = log.filter(({ arrivedAt }) => arrivedAt > end - 2_000)
  const [a = 0, b = 0] = [0, 1].map((worker) => last.filter(({ path }) => path === `/status/200/${worker}`).length)
  assert.ok(Math.min(a, b) > 0.5 * Math.max(a, b), `${a} and ${b} requests of the workers in the last 2 s`)
}

async function assertNotBegunAgain(run: RunOutcome, target: Target): Promise<void> {
  assertExit(run, 2)
  assert.match(run.stdout, /master restarted: every worker replaces one that failed before this master started/)
  assert.equal((await target.counts()).total, 0)
}

describe('workers that are away at the wrong moment', { concurrency: 4 }, () => {
  test(
    'one that comes late gets its share of users, and the others keep theirs',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const master = await cluster.master(['shop.ts', '-H', target.url, ...untilStopped(10)], { files })
      cluster.worker(master.port, ['--id', 'a_1'])
      await target.loaded(200)
      cluster.worker(master.port, ['--id', 'b_1'])
      await loadedBy(target, 1, 400)
      master.child.kill('SIGTERM')
      const run = await master.done
      assertExit(run, 0)
      await assertTruth(run, target)
      assert.equal(run.result.users.peak, 10)
      await assertEqualShares(target)
    }),
  )

  test('one that comes back after its users went to the other gets them back', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const { master, a } = await two(cluster, target, untilStopped(6))
    a.child.kill('SIGSTOP')
    await sleep(13_000)
    a.child.kill('SIGCONT')
    await loadedBy(target, 0, 300)
    master.child.kill('SIGTERM')
    const run = await master.done
    await assertTruth(run, target)
    assert.ok(run.result.users.peak <= 6, `${run.result.users.peak} users`)
    await assertEqualShares(target)
  })

  test('one that was frozen when the load ended stops as soon as it goes on, and brings what it had', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    // on a busy machine 6 s may become more than the 8 s after which a worker is missing
    const patient = ['-s', '60s', '--heartbeat-liveness', '60s']
    const { master, a } = await two(cluster, target, [...load(4, '6s'), ...patient])
    a.child.kill('SIGSTOP')
    await sleep(6_000)
    const { total } = await target.counts()
    a.child.kill('SIGCONT')
    const run = await master.done
    await assertTruth(run, target)
    assert.equal((await a.done).exitCode, 0)
    const after = (await target.counts()).total - total
    assert.ok(
      after <= 12,
      `${after} requests after the end of the load: tasks that were under way, and the one that follows`,
    )
    const { missingSeconds } = run.result.workers.find(({ id }) => id === 'a_1')!
    assert.ok(missingSeconds < 1, `${missingSeconds} s`)
  })

  test('one that comes back to a master that has told its verdict, and serves, leaves', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const { master, a } = await two(cluster, target, [...load(4, '4s'), '-s', '1s', '--serve'])
    a.child.kill('SIGSTOP')
    await master.printing(/BROKEN|PASSED|FAILED/)
    await sleep(300)
    const verdict = master.said().stdout
    a.child.kill('SIGCONT')
    const left = await Promise.race([a.done, sleep(60_000, undefined, { ref: false })])
    assert.equal(left?.exitCode, 0, a.said().stderr)
    assert.equal(master.said().stdout, verdict, 'nothing is told after the verdict')
    master.child.kill('SIGTERM')
    await master.done
  })

  test('one whose event loop is blocked for good keeps nobody waiting: the others are judged by the second', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const blocking = `
import { constant, HttpUser, task } from 'katydid'
export class Reader extends HttpUser {
  waitTime = constant(0.05)
  @task async read() {
    await this.client.get('/status/500/' + this.environment.workerIndex, { name: 'read' })
    if (this.environment.workerIndex === 0 && this.environment.runTime > 2) for (;;);
  }
}
`
    const abort = 'load: { thresholds: [{ that: fail_ratio < 50%, window: 3s, abort: true, after: 4s }] }\n'
    const blocked = { files: { 'shop.ts': blocking, 'v.yaml': abort } }
    const { master } = await two(cluster, target, ['-f', 'v.yaml', ...load(4, '60s'), '-s', '0s'], blocked)
    const run = await master.done
    assertExit(run, 2)
    assert.ok(run.loadedMs < 55_000, `${run.loadedMs} ms`)
    assert.match(
      run.stdout,
      /worker a_1 sends heartbeats but has reported nothing for [5-9](\.\d)? s: something blocks its event loop/,
    )
    assert.doesNotMatch(run.stdout, /has not been heard/)
    const { missingSeconds } = run.result.workers.find(({ id }) => id === 'a_1')!
    assert.ok(missingSeconds > 3, `${missingSeconds} s`)
    assert.match(run.stdout, /run ended early: .*fail_ratio/)
  })

  test(
    'a newcomer that cannot use the load file takes nothing from a run under way',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const needs =
        file.replace('import {', 'import { parameters, secret,') +
        "export const params = parameters({ token: secret('SHOP_TOKEN') })\n"
      const env = { SHOP_TOKEN: 'hush' }
      const args = ['shop.ts', '-H', target.url, '-u', '4', '-r', '50'] // until it is stopped, however long the newcomer takes
      const master = await cluster.master(args, { files: { 'shop.ts': needs }, env })
      cluster.worker(master.port, ['--id', 'a_1'], { env })
      await target.loaded(60)
      assert.equal((await cluster.worker(master.port, ['--id', 'poor_1']).done).exitCode, 3)
      await target.loaded((await target.counts()).total + 60)
      master.child.kill('SIGTERM')
      const run = await master.done
      assertExit(run, 0)
      await assertTruth(run, target)
      assert.ok(
        run.result.events.some(
          ({ kind, text }) => kind === 'worker_turned_away' && text.includes('set the environment variable SHOP_TOKEN'),
        ),
      )
    }),
  )

  test('--heartbeat-liveness: how long a worker may be silent', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const impatient = [...untilStopped(4), '--heartbeat-liveness', '3s'] // 8 s where nothing is said
    const { master, a } = await two(cluster, target, impatient)
    a.child.kill('SIGSTOP')
    await sleep(6_000)
    a.child.kill('SIGCONT')
    await loadedBy(target, 0, 100)
    master.child.kill('SIGTERM')
    const run = await master.done
    assertExit(run, 2)
    // it stood still for 6 s and was not heard for 6 s: which of the two is longer is a matter of ms
    const why = '(a worker or its machine stopped for a time|workers were lost)'
    assert.match(run.stdout, new RegExp(`broken {2}delivery: user-seconds not delivered .*: ${why}`))
    await assertTruth(run, target)
    assert.match(run.stdout, /worker a_1 has not been heard for 3(\.\d)? s/)
    assert.ok(run.result.events.some(({ kind }) => kind === 'worker_back'))
    const bad = await cluster.command(['master', 'shop.ts', '--heartbeat-liveness', '1s'], { files }).done
    assert.equal(bad.exitCode, 2)
    assert.match(bad.stderr, /bad --heartbeat-liveness "1s"\n {2}use a duration of 1\.5s or more/)
  })

  test('all workers stand in for workers that this master never met: another has begun the run, and it is not begun again', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const args = ['shop.ts', '-H', target.url, ...load(4, '5s'), '--expect-workers', '2']
    const master = await cluster.master(args, { files })
    const env = { KATYDID_WORKER_RETRY: '1' }
    const workers = ['w-0_1', 'w-1_1'].map((id) => cluster.worker(master.port, ['--id', id], { env }))
    await assertNotBegunAgain(await master.done, target)
    for (const { done } of workers) assert.equal((await done).exitCode, 3)
  })

  test('the same where several share a pod', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const values = { 'plan.yaml': 'workers: { count: 2, processes: 2 }\n' }
    const args = ['shop.ts', '-f', 'plan.yaml', '-H', target.url, ...load(4, '5s')]
    const master = await cluster.master(args, { files: { ...files, ...values } })
    const both = cluster.worker(master.port, ['--processes', '2'], { env: { KATYDID_WORKER_RETRY: '1' } })
    await assertNotBegunAgain(await master.done, target)
    assert.equal((await both.done).exitCode, 3)
  })

  test(
    'a stand-in beside workers that are the first of theirs is welcome',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const master = await cluster.master(['shop.ts', '-H', target.url, ...load(4, '2s'), '--expect-workers', '2'], {
        files,
      })
      cluster.worker(master.port, ['--id', 'w-0_1'], { env: { KATYDID_WORKER_RETRY: '1' } })
      cluster.worker(master.port, ['--id', 'w-1_1'], { env: { KATYDID_WORKER_RETRY: '0' } })
      const run = await master.done
      assertExit(run, 0)
      await assertTruth(run, target)
    }),
  )
})
