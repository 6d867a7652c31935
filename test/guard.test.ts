import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { Lateness } from './lateness.ts'
import { runKatydid } from './run-katydid.ts'
import { startTarget, type Target } from './target/target.ts'

const greedy = `
import { HttpUser, task } from 'katydid'
export class Greedy extends HttpUser {
  @task async read() { await this.client.get('/json') }
}
`
const files = { 'shop.ts': greedy }
const reached = /guard_reached: guard\.maxRps (\d+)\/s is reached: further requests wait/

/** The most requests that arrived in any second. */
async function busiest(target: Target): Promise<number> {
  const at = (await target.log()).map(({ arrivedAt }) => arrivedAt).sort((a, b) => a - b)
  let most = 0
  for (let from = 0, to = 0; to < at.length; to++) {
    while (at[to]! - at[from]! >= 1_000) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

/** What that may be at most: a request's way takes more or less long, so that some of the next second come in with those of this one. */
const most = (perSecond: number, late: Lateness) => perSecond + 1 + Math.ceil((perSecond * late.ms) / 1_000)

describe('guard.maxRps', { concurrency: 4 }, () => {
  test('users that would send far more are held to it, and the wait is not in the latency', async () => {
    const late = new Lateness()
    await using target = await startTarget()
    const args = ['run', 'shop.ts', '-H', target.url, '-u', '10', '-r', '10', '-t', '5s', '--max-rps', '20/s']
    const run = await runKatydid(args, { files })
    assertExit(run, 0)
    await assertTruth(run, target)
    const { totals } = run.result
    assert.ok(totals.requests > 50 && totals.requests <= 110, `${totals.requests}`)
    assert.ok((await busiest(target)) <= most(20, late), `${await busiest(target)}`)
    assert.ok(totals.latencyMs.p90 < 400, `${totals.latencyMs.p90} ms: each waits half a second for its turn`)
    assert.match(run.stdout, reached)
  })

  test('redirects count, and nothing is said where the limit is never met', async () => {
    const late = new Lateness()
    await using target = await startTarget()
    const redirected = greedy.replace("'/json'", "'/redirect/4'")
    const args = ['run', 'shop.ts', '-H', target.url, '-u', '1', '-t', '3s', '--max-rps', '10/s']
    const held = await runKatydid(args, { files: { 'shop.ts': redirected } })
    await assertTruth(held, target)
    assert.ok((await busiest(target)) <= most(10, late), `${await busiest(target)}`)
    await target.reset()
    const free = await runKatydid([...args.slice(0, -1), '100000/s'], { files })
    assert.doesNotMatch(free.stdout, /guard_reached/)
  })

  test('a run that ends while requests wait for their turn ends in time; those were never sent', async () => {
    await using target = await startTarget()
    const args = [
      'run',
      'shop.ts',
      '-H',
      target.url,
      '-u',
      '50',
      '-r',
      '50',
      '-t',
      '2s',
      '-s',
      '1s',
      '--max-rps',
      '2/s',
    ]
    const run = await runKatydid(args, { files })
    await assertTruth(run, target)
    assert.ok(run.loadedMs < 20_000, `${run.loadedMs} ms: 50 requests of 2/s would take 25 s`)
    assert.ok(run.result.totals.requests <= 7, `${run.result.totals.requests}`)
  })

  test('workers share it; the part of one that is lost is nobody’s until it cannot send any more', async () => {
    const late = new Lateness()
    await using target = await startTarget()
    using cluster = new Cluster()
    const args = ['shop.ts', '-H', target.url, '-u', '20', '-r', '20', '-t', '25s', '--max-rps', '40/s']
    const master = await cluster.master([...args, '--expect-workers', '2'], { files })
    const [a] = ['a_1', 'b_1'].map((id) => cluster.worker(master.port, ['--id', id]))
    await target.loaded(120) // some 3 s of 40/s
    a!.child.kill('SIGKILL')
    await sleep(5_000)
    cluster.worker(master.port, ['--id', 'c_1'])
    const run = await master.done
    assert.ok((await busiest(target)) <= most(41, late), `${await busiest(target)}`)
    const { requests } = run.result.totals
    assert.ok(requests > 500, `${requests} of 1,000: 40/s, but for the time that one was lost`)
  })

  test('no requests at all are no limit', async () => {
    const { stderr, exitCode } = await runKatydid(['plan', 'shop.ts', '--max-rps', '0'], { files })
    assert.equal(exitCode, 2)
    assert.match(stderr, /--max-rps: must be more than 0/)
  })
})
