import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertExit } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget } from './target/target.ts'

const reader = `
import { constant, HttpUser, task } from 'katydid'
export class Reader extends HttpUser {
  waitTime = constant(0.05)
  @task async read() { await this.client.get('/json') }
}
`
/** Users that talk to nobody. `more`: what is special about them. */
const visitors = (more: string, shape = '') => `
import { constant, LoadShape, StopUser, task, User } from 'katydid'
abstract class Visitor extends User {
  waitTime = constant(0.05)
  n = 0
  @task async look() { await this.environment.measure({ type: 'X', name: 'look' }, async () => {}) }
}
export class Buyer extends Visitor {}
export class Reader extends Visitor { ${more} }
${shape}
`
const undelivered = /broken {2}delivery: user-seconds not delivered ≤ 1 %: (\S+) % /

function shareOf(stdout: string): number {
  const [, share] = undelivered.exec(stdout) ?? assert.fail(stdout)
  return Number(share)
}

describe('a generator that stood still', { concurrency: 2 }, () => {
  // what is stopped cannot say when it was: these sleeps are the stop itself
  test('in a local run: its seconds are saturated and not delivered, whatever a saturated generator may be', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const args = ['run', 'shop.ts', '-H', target.url, '-u', '4', '-r', '50', '-t', '9s', '--on-saturated', 'warn']
    const run = cluster.command(args, { files: { 'shop.ts': reader } })
    await target.loaded(20)
    run.child.kill('SIGSTOP')
    await sleep(4_000)
    run.child.kill('SIGCONT')
    const { stdout, result, ...end } = await run.done
    assertExit({ stdout, result, ...end }, 2)
    assert.match(stdout, /a worker or its machine stopped for a time/)
    const share = shareOf(stdout)
    assert.ok(share > 25 && share < 60, `${share} %`)
    assert.ok(Number(result.health.saturatedIntervals) >= 4, JSON.stringify(result.health))
    assert.match(stdout, /delivered .* user-seconds \((?:[4-6]\d|7[0-5])\S* %\)/)
  })

  test('one of two workers: that it reports afterwards does not make up for it', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const load = ['-u', '4', '-r', '50', '-t', '10s', '--expect-workers', '2', '--on-saturated', 'warn']
    const master = await cluster.master(['shop.ts', '-H', target.url, ...load], { files: { 'shop.ts': reader } })
    const [a] = ['a_1', 'b_1'].map((id) => cluster.worker(master.port, ['--id', id]))
    // each user has its own connection: all four of them are there
    await target.loaded(60)
    a!.child.kill('SIGSTOP')
    await sleep(4_000)
    a!.child.kill('SIGCONT')
    const run = await master.done
    assertExit(run, 2)
    const share = shareOf(run.stdout)
    assert.ok(share > 8 && share < 30, `${share} %`)
  })
})

describe('a run whose users are not there', { concurrency: 3 }, () => {
  const run = (file: string, ...flags: string[]) => runKatydid(['run', 'v.ts', ...flags], { files: { 'v.ts': file } })
  const steps = (classes: string, seconds = 4) =>
    `export class Steps extends LoadShape { tick(): any { return this.runTime < ${seconds} ? [10, 100, this.runTime < 1 ? [Buyer] : ${classes}] : undefined } }`

  test('a shape that names a class which is none ends the run with a sentence', async () => {
    const typo = await run(visitors('', steps(`['Buyers']`, 60)))
    assertExit(typo, 2)
    assert.match(
      typo.stdout,
      /run failed: tick\(\) asks for 10 users of user class Buyers: did you mean Buyer\? use user classes of this run/,
    )
    assert.ok(typo.result.durationMs < 30_000, `${typo.result.durationMs}`)
    const none = await run(visitors('', steps('[]')))
    assertExit(none, 2)
  })

  test('users that leave, in a load that goes on', async () => {
    const leaving = visitors('@task async leave() { if (++this.n > 5) throw new StopUser() }')
    const left = await run(leaving, '-u', '10', '-r', '100', '-t', '6s')
    assertExit(left, 2)
    assert.match(left.stdout, /: users ended \(StopUser\) before the end of the load/)
    assert.ok(shareOf(left.stdout) > 20)
  })

  test('users whose onStart fails, and users that cannot be made, though exceptions may happen', async () => {
    for (const failing of [
      `async onStart() { throw new Error('no') }`,
      `broken = (() => { throw new Error('no') })()`,
    ]) {
      const gone = await run(
        visitors(failing).replace('export class Buyer', 'class Buyer'),
        ...['-u', '4', '-r', '100', '-t', '60s'],
      )
      assertExit(gone, 2)
      assert.ok(shareOf(gone.stdout) > 90, gone.stdout)
      assert.match(gone.stdout, /exhausted: run ended early: every user had ended/)
    }
  })

  test('users that stay in onStart beside others that run, in both models; a slow login is no fault', async () => {
    const starting = (waits: string) => visitors(`async onStart() { await ${waits} }`)
    const closed = ['-u', '10', '-r', '100', '-t', '3s', '-s', '0s']
    const [hung, slow, open] = await Promise.all([
      run(starting('new Promise(() => {})'), ...closed),
      run(starting('new Promise((resolve) => setTimeout(resolve, 1_000))'), ...closed),
      run(starting('new Promise(() => {})'), '--arrivals', '20/s', '--max-users', '100', '-t', '3s', '-s', '0s'),
    ])
    assertExit(hung, 2)
    assert.match(
      hung.stdout,
      /: users stayed in onStart without a request\. If onStart needs this time, use a longer run time/,
    )
    assert.ok(shareOf(hung.stdout) > 30)
    assert.doesNotMatch(slow.stdout, undelivered)
    assertExit(open, 2)
    assert.match(
      open.stdout,
      /broken {2}delivery: arrivals that started no task ≤ 1 %: .* \(\d\d of 60\): the constructor/,
    )
  })

  test('more users than classes of a fixed count can have', async () => {
    const fixed = await run(
      visitors('static fixedCount = 2').replace('export class Buyer', 'class Buyer'),
      ...['-u', '10', '-r', '100', '-t', '5s'],
    )
    assertExit(fixed, 2)
    assert.ok(shareOf(fixed.stdout) > 50, fixed.stdout)
  })

  test('a threshold that ends the run, and a load file that does, are not called undelivered', async () => {
    const values = 'load: { thresholds: [{ that: requests < 5, abort: true }] }'
    const aborted = await runKatydid(['run', 'v.ts', '-f', 'v.yaml', '-u', '4', '-r', '100', '-t', '20s'], {
      files: { 'v.ts': visitors(''), 'v.yaml': values },
    })
    assertExit(aborted, 1)
    assert.doesNotMatch(aborted.stdout, undelivered)
    const stopped = await run(
      visitors(`async onStart() { this.environment.stop('enough') } `),
      '-u',
      '2',
      '-r',
      '100',
      '-t',
      '20s',
    )
    assert.doesNotMatch(stopped.stdout, undelivered)
    assert.match(stopped.stdout, /stopped: the load file ended the run: enough/)
  })
})
