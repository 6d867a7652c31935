import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster, reader, whenever } from './cluster.ts'
import { Lateness } from './lateness.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const files = { 'shop.ts': reader }
const wait = (ids: string[]) => ['--expect-workers', String(ids.length)]
const untilStopped = (users: number) => ['-u', String(users), '-r', '50']
const load = (users: number, time: string) => ['-u', String(users), '-r', '50', '-t', time]

describe('faults of a cluster', { concurrency: 5 }, () => {
  // the longest first: the others run meanwhile
  test('a master that dies: its workers stop their users in 10 s and leave with 4 after 60 s', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const master = await cluster.master(['shop.ts', '-H', target.url, ...load(4, '120s')], { files })
    const worker = cluster.worker(master.port)
    await target.loaded(100)
    master.child.kill('SIGKILL')
    const killedAt = performance.now()
    await worker.saying(
      /no message from the master for some time: this worker stops its users until the master answers/,
      60_000,
    )
    const heldMs = performance.now() - killedAt
    assert.ok(heldMs > 8_000 && heldMs < 20_000, `${heldMs} ms`)
    const { total } = await target.settled()
    await sleep(2_000) // nothing may come: there is no event to wait for
    assert.equal((await target.counts()).total, total, 'no load without a master')
    const { exitCode, elapsedMs } = await worker.done
    assert.equal(exitCode, 4)
    assert.ok(performance.now() - killedAt > 55_000 && performance.now() - killedAt < 100_000, `${elapsedMs}`)
  })

  test('a killed worker: a finding, its users go to the others, at most a report interval is missing', async () => {
    const late = new Lateness()
    await using target = await startTarget()
    using cluster = new Cluster()
    const args = ['shop.ts', '-H', target.url, ...load(10, '22s'), ...wait(['a', 'b'])]
    const master = await cluster.master(args, { files })
    const [a, b] = ['a_1', 'b_1'].map((id) => cluster.worker(master.port, ['--id', id]))
    await target.loaded(100)
    a!.child.kill('SIGKILL')
    const run = await master.done
    assertExit(run, 2) // half of the users for 11 s of 22 is more than 1 %
    assert.match(run.stdout, /worker a_1 has not been heard for [\d.]+ s, with 5 users/)
    assert.match(run.stdout, /user-seconds missing through lost workers ≤ 1 %: [23]\d\.?\d* %/)
    const lost = run.result.workers.find(({ id }) => id === 'a_1')
    assert.equal(lost?.state, 'missing')
    assert.equal(run.result.workers.find(({ id }) => id === 'b_1')?.state, 'stopped')
    assert.ok(lost.missingSeconds > 9 && lost.missingSeconds < 13.5 + late.ms / 1_000, `${lost.missingSeconds} s`)
    const seen = await target.settled()
    const untold = seen.total - run.result.totals.requests - run.result.totals.aborted
    assert.ok(untold >= 0 && untold <= 150, `${untold}: at most what 5 users do in a report interval`)
    assert.equal((await b!.done).exitCode, 0)
  })

  test('a worker that is told to go: it reports everything, leaves with 143, and its users go to the other', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const { env, end } = whenever()
    const args = ['shop.ts', '-H', target.url, ...untilStopped(6), ...wait(['a', 'b'])]
    const master = await cluster.master(args, { files })
    const [a, b] = ['a_1', 'b_1'].map((id) => cluster.worker(master.port, ['--id', id], { env }))
    await target.loaded(100)
    const { connections } = await target.counts()
    const toldAt = performance.now()
    a!.child.kill('SIGTERM')
    const left = await a!.done
    const tookMs = performance.now() - toldAt
    await target.loaded((await target.counts()).total + 200)
    end()
    const run = await master.done
    assert.equal(left.exitCode, 143, left.stderr)
    assert.ok(tookMs < 8_000, `${tookMs} ms`)
    await assertTruth(run, target)
    assert.match(run.stdout, /worker_lost: worker a_1 has left, with 3 users/)
    assert.equal(run.result.users.peak, 6)
    const { missingSeconds } = run.result.workers.find(({ id }) => id === 'a_1')!
    assert.ok(missingSeconds < 0.2, `${missingSeconds} s`)
    // a user has a connection of its own, whatever its pace: three were made anew
    assert.deepEqual([connections, (await target.counts()).connections], [6, 9])
    assert.equal((await b!.done).exitCode, 0)
  })

  test('a worker process of --processes that dies is known at once', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const file = reader.replace(
      "await this.client.get('/json')",
      "await this.client.get('/json'); if (this.environment.workerIndex === 0 && this.environment.runTime > 2) process.getBuiltinModule('node:child_process').spawnSync('kill', ['-9', String(process.pid)])",
    )
    const run = await cluster.command(['run', 'shop.ts', '-H', target.url, ...load(4, '30s'), '--processes', '2'], {
      files: { 'shop.ts': file },
    }).done
    assert.match(run.stdout, /is gone: its process ended with signal SIGKILL, with 2 users/)
    assert.deepEqual(run.result.workers.map(({ state }) => state).sort(), ['missing', 'stopped'])
    assert.ok(run.result.workers.some(({ missingSeconds }) => missingSeconds <= 2))
    assert.equal(run.result.users.peak, 4)
  })

  test('onLoss: fail makes any loss broken', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const values = { 'v.yaml': 'workers: { onLoss: fail }\n' }
    const args = ['shop.ts', '-f', 'v.yaml', '-H', target.url, ...load(4, '8s'), ...wait(['a', 'b'])]
    const master = await cluster.master(args, { files: { ...files, ...values } })
    const [a] = ['a_1', 'b_1'].map((id) => cluster.worker(master.port, ['--id', id]))
    await target.loaded(100)
    a!.child.kill('SIGTERM')
    const run = await master.done
    assertExit(run, 2)
    assert.match(run.stdout, /broken {2}workers: worker a_1 has left, with 2 users/)
    assert.deepEqual(
      run.result.workers.map(({ state }) => state),
      ['stopped', 'stopped'],
    )
    assert.equal((await a!.done).exitCode, 143)
    await assertTruth(run, target) // SIGTERM: everything it measured is there
  })

  test('a frozen worker that goes on has stopped its users, gets them back, and its report is complete', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const { env, end } = whenever()
    const args = ['shop.ts', '-H', target.url, ...untilStopped(6), ...wait(['a', 'b'])]
    const master = await cluster.master(args, { files })
    const [a, b] = ['a_1', 'b_1'].map((id) => cluster.worker(master.port, ['--id', id], { env }))
    await target.loaded(100)
    a!.child.kill('SIGSTOP')
    await sleep(13_000) // its lease is 10 s
    a!.child.kill('SIGCONT')
    await master.printing(/worker_back/)
    await target.loaded((await target.counts()).total + 300)
    end()
    const run = await master.done
    assert.match(run.stdout, /worker a_1 has not been heard for/)
    assert.ok(run.result.events.some(({ kind }) => kind === 'worker_back'))
    assert.ok(run.result.users.peak <= 6, `${run.result.users.peak} users`)
    await assertTruth(run, target)
    for (const { done } of [a!, b!]) assert.equal((await done).exitCode, 0)
  })

  test('a task that blocks the loop for 10 s: no worker is missing, and the generator was saturated', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const file = `
import { constant, HttpUser, task } from 'katydid'
let blocked = false
export class U extends HttpUser {
  waitTime = constant(0.05)
  @task async read() {
    await this.client.get('/json')
    if (blocked || this.environment.runTime < 2) return
    blocked = true
    for (const until = Date.now() + 10_000; Date.now() < until; );
  }
}
`
    const args = ['shop.ts', '-H', target.url, ...load(3, '15s'), '--on-saturated', 'broken']
    const { master } = await cluster.run(1, args, {
      files: { 'shop.ts': file },
    })
    assertExit(master, 2)
    assert.doesNotMatch(master.stdout, /has not been heard/)
    assert.match(master.stdout, /broken {2}generator saturated in/)
    await assertTruth(master, target)
  })

  test(
    'a connection that is cut for 6 s loses nothing',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const { env, end } = whenever()
      const args = ['shop.ts', '-H', target.url, ...untilStopped(6), ...wait(['a', 'b'])]
      const master = await cluster.master(args, { files })
      await using proxy = await openProxy(master.port)
      const workers = [
        cluster.worker(proxy.port, ['--id', 'a_1'], { env }),
        cluster.worker(master.port, ['--id', 'b_1'], { env }),
      ]
      await target.loaded(100)
      proxy.cut()
      await sleep(6_000)
      proxy.mend()
      await master.printing(/worker_back/)
      await target.loaded((await target.counts()).total + 1_000)
      end()
      const run = await master.done
      await assertTruth(run, target)
      assert.ok(run.result.events.some(({ kind }) => kind === 'worker_back'))
      assertExit(run, 0)
      for (const { done } of workers) assert.equal((await done).exitCode, 0)
    }),
  )

  test('a connection that falls silent without a close for 14 s: nothing is lost, never too many users', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const { env, end } = whenever()
    const args = ['shop.ts', '-H', target.url, ...untilStopped(6), ...wait(['a', 'b'])]
    const master = await cluster.master(args, { files })
    await using proxy = await openProxy(master.port)
    for (const [id, port] of [
      ['a_1', proxy.port],
      ['b_1', master.port],
    ] as const)
      cluster.worker(port, ['--id', id], { env })
    await target.loaded(100)
    proxy.silence()
    await sleep(14_000)
    proxy.mend()
    await master.printing(/worker_back/)
    await target.loaded((await target.counts()).total + 200)
    end()
    const run = await master.done
    await assertTruth(run, target)
    assert.ok(run.result.users.peak <= 6, `${run.result.users.peak} users`)
    const a = run.result.workers.find(({ id }) => id === 'a_1')
    assert.ok(a!.missingSeconds <= 1, `${a!.missingSeconds} s are missing though it came back with them`)
  })

  test(
    'a master that stands still for 6 s: no worker stops, none is missed, nothing is lost',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const { env, end } = whenever()
      const args = ['shop.ts', '-H', target.url, ...untilStopped(6), ...wait(['a', 'b'])]
      const master = await cluster.master(args, { files })
      const workers = ['a_1', 'b_1'].map((id) => cluster.worker(master.port, ['--id', id], { env }))
      await target.loaded(100)
      master.child.kill('SIGSTOP')
      await sleep(2_000)
      const before = (await target.counts()).total
      await sleep(4_000)
      const meanwhile = (await target.counts()).total - before
      master.child.kill('SIGCONT')
      await target.loaded((await target.counts()).total + 200)
      end()
      const run = await master.done
      assert.ok(meanwhile > 100, `${meanwhile} requests of some 400 while the master stood still`)
      assertExit(run, 0)
      await assertTruth(run, target)
      assert.doesNotMatch(run.stdout, /has not been heard/)
      for (const { done } of workers) assert.equal((await done).exitCode, 0)
    }),
  )

  test('a master that stands still for 15 s: users stop when their lease is over, and come back', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const { env, end } = whenever()
    const args = ['shop.ts', '-H', target.url, ...untilStopped(6), ...wait(['a', 'b'])]
    const master = await cluster.master(args, { files })
    const workers = ['a_1', 'b_1'].map((id) => cluster.worker(master.port, ['--id', id], { env }))
    await target.loaded(100)
    master.child.kill('SIGSTOP')
    for (const { saying } of workers)
      await saying(/no message from the master for some time: this worker stops its users/)
    await sleep(500) // what was under way
    const { total } = await target.counts()
    await sleep(2_000)
    const stopped = (await target.counts()).total
    master.child.kill('SIGCONT')
    await target.loaded(stopped + 500) // they come back
    end()
    const run = await master.done
    assert.equal(stopped, total, 'no load without a master')
    await assertTruth(run, target)
    assertExit(run, 2)
    assert.match(run.stdout, /broken {2}workers: user-seconds missing/)
    assert.match(run.stdout, /worker a_1 stopped its users at \d\d(\.\d)? s/)
    assert.ok(run.result.users.peak <= 6, `${run.result.users.peak} users`)
    for (const { done } of workers) assert.equal((await done).exitCode, 0)
  })

  test("a dead master's worker is told to leave by the next, whose verdict is broken", async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const args = ['shop.ts', '-H', target.url]
    const first = await cluster.master([...args, ...load(2, '60s')], { files })
    const old = cluster.worker(first.port, ['--id', 'old_1'])
    await target.loaded(10)
    first.child.kill('SIGKILL')
    await first.done
    const second = await cluster.master([...args, ...load(2, '6s'), '--bind-port', String(first.port)], { files })
    cluster.worker(second.port, ['--id', 'new_1'])
    const run = await second.done
    assertExit(run, 2)
    assert.match(run.stdout, /broken {2}master restarted: worker old_1 was in the run of another master/)
    assert.equal((await old.done).exitCode, 3)
  })

  test(
    'a worker of another run token leaves with 3, and the run goes on',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const args = ['shop.ts', '-H', target.url, ...load(2, '2s'), '--run-token', 'shop-2']
      const master = await cluster.master(args, { files })
      const stray = cluster.worker(master.port, ['--run-token', 'shop-1'])
      assert.equal((await stray.done).exitCode, 3)
      assert.match(stray.said().stderr, /this master's run is shop-2, not shop-1/)
      cluster.worker(master.port, ['--run-token', 'shop-2'])
      const run = await master.done
      assertExit(run, 0)
      await assertTruth(run, target)
    }),
  )

  test('two workers under one id: one is taken, the other leaves with 3, and nothing is counted twice', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const { env, end } = whenever()
    // one of them may take the other's connection for as long as it needs to hear that it is one too many
    const args = ['shop.ts', '-H', target.url, ...untilStopped(4), '--heartbeat-liveness', '60s']
    const master = await cluster.master(args, { files })
    const [one, other] = ['same_1', 'same_1'].map((id) => cluster.worker(master.port, ['--id', id], { env }))
    await Promise.race([one!.done, other!.done])
    await target.loaded((await target.counts()).total + 200)
    end()
    const run = await master.done
    // the second may take the connection of the first, which tries another after 8 s; without an order until then its users are missing
    const wasAway = run.result.events.some(({ kind }) => kind === 'worker_back')
    const broken = run.result.verdict.findings.filter(({ outcome }) => outcome === 'broken').map(({ kind }) => kind)
    if (broken.length > 0) assert.deepEqual([broken, wasAway], [['delivery'], true], run.stdout)
    else assertExit(run, 0)
    await assertTruth(run, target)
    const codes = [(await one!.done).exitCode, (await other!.done).exitCode].sort()
    assert.deepEqual(codes, [0, 3], `${one!.said().stderr}\n${other!.said().stderr}`)
    assert.ok(run.result.users.peak <= 4, `${run.result.users.peak} users at once`)
  })

  test(
    'a cluster key keeps out who has none or another, with a line on both ends',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const key = { KATYDID_CLUSTER_KEY: 'open sesame' }
      const args = ['shop.ts', '-H', target.url, ...load(2, '2s')]
      const master = await cluster.master(args, { files, env: key })
      const without = cluster.worker(master.port)
      const wrong = cluster.worker(master.port, [], { env: { KATYDID_CLUSTER_KEY: 'open barley' } })
      await wrong.saying(/handshake with the master failed: probably the KATYDID_CLUSTER_KEY is wrong/)
      await master.saying(/a worker was refused in the handshake: it does not have the same KATYDID_CLUSTER_KEY/)
      await without.saying(
        /handshake with the master failed: the master has a KATYDID_CLUSTER_KEY, but this worker has none/,
      )
      assert.doesNotMatch(master.said().stderr, /worker \S+ connected/)
      cluster.worker(master.port, [], { env: key })
      const run = await master.done
      assertExit(run, 0)
      await assertTruth(run, target)
    }),
  )

  test('arrivals over four workers add up, evenly, also when one dies', async () => {
    const late = new Lateness()
    await using target = await startTarget()
    using cluster = new Cluster()
    const file = `
import { HttpUser, task } from 'katydid'
export class U extends HttpUser { @task async read() { await this.client.get('/json') } }
`
    const args = [
      'shop.ts',
      '-H',
      target.url,
      '--arrivals',
      '200/s',
      '--max-users',
      '100',
      '-t',
      '20s',
      ...wait(['a', 'b', 'c', 'd']),
    ]
    const master = await cluster.master(args, { files: { 'shop.ts': file } })
    const workers = ['a_1', 'b_1', 'c_1', 'd_1'].map((id) => cluster.worker(master.port, ['--id', id]))
    await target.loaded(1_000) // 5 s of 200/s
    workers[0]!.child.kill('SIGKILL')
    const run = await master.done
    const { offered, started, dropped } = run.result.arrivals!
    assert.ok(Math.abs(offered - 4_000) <= 40, `${offered} offered`)
    assert.equal(offered, started + dropped)
    const log = await target.log()
    const seen = log.length
    // what the dead one should have started until it was missed, a quarter of 4 s, is counted as dropped
    assert.ok(dropped > 100 && dropped < 350 + late.ms / 5, `${dropped} dropped`)
    assert.ok(Math.abs(seen - started) <= 60, `${seen} seen, ${started} started`)
    const lastSeconds = log.filter(
      ({ arrivedAt }) => arrivedAt >= Math.max(...log.map((one) => one.arrivedAt)) - 8_000,
    ).length
    assert.ok(Math.abs(lastSeconds - 1_600) <= 16 + late.ms / 5, `${lastSeconds} in the last 8 s`)
    // four workers that fired at the same moments would leave no time between most of their arrivals
    const firstAt = Math.min(...log.map((one) => one.arrivedAt))
    const early = log.map((one) => one.arrivedAt).filter((at) => at > firstAt + 1_500 && at < firstAt + 4_500)
    const sorted = early.sort((a, b) => a - b)
    const gaps = sorted.slice(1).map((at, i) => at - (sorted[i] as number))
    const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0
    const least = 3 * Math.max(0, 1 - late.ms / 300)
    assert.ok(median >= least && median < 7, `half of the arrivals follow each other within ${median} ms: 5 at 200/s`)
    assertExit(run, 2) // more than 1 % dropped
  })
})

/** A connection that can be cut, or go silent as behind a packet filter. */
async function openProxy(port: number) {
  let mode: 'open' | 'cut' | 'silent' = 'open'
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    if (mode === 'cut') return from.destroy()
    const to = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one)
      one.on('data', (bytes) => mode === 'silent' || other.write(bytes))
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      mode = 'cut'
      drop()
    },
    silence() {
      mode = 'silent'
    },
    /** What was sent into the silence is gone: the connection begins anew. */
    mend() {
      mode = 'open'
      drop()
    },
    async [Symbol.asyncDispose]() {
      drop()
      server.close()
    },
  }
}
