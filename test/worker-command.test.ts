import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { assertExit, assertTruth } from './assert-truth.ts'
import { Cluster } from './cluster.ts'
import { runKatydid, temporaryFolder } from './run-katydid.ts'
import { steady } from './steady.ts'
import { startTarget } from './target/target.ts'

const file = `
import { constant, HttpUser, task } from 'katydid'
export class Reader extends HttpUser {
  waitTime = constant(0.05)
  @task async read() { await this.client.get('/json') }
}
`
const files = { 'shop.ts': file }
const load = (users: number, time: string) => ['-u', String(users), '-r', '50', '-t', time]

describe('katydid worker, and workers as processes', { concurrency: 4 }, () => {
  const mistakes: [args: string[], text: RegExp][] = [
    [['--master-port', '0'], /bad --master-port "0"\n {2}use a whole number from 1 to 65535/],
    [['--log-format', 'xml'], /bad --log-format "xml"\n {2}use json or pretty/],
    [
      ['a.ts', 'Reader'],
      /takes only one load file: remove Reader\n {2}name user classes on the command line of the master/,
    ],
    [['--param', 'a=b'], /values files and parameters need a load file on the command line of the worker/],
    [['-', '-f', 'v.yaml'], /values files and parameters need a load file/],
    [['-f', 'shop.ts'], /-f takes values files, but shop.ts is a load file\n {2}write shop.ts without -f/],
    [
      ['-f', 'locustfile.py'],
      /-f takes values files, but locustfile.py is a Python file\n {2}Katydid runs TypeScript and JavaScript/,
    ],
    [['--processes', 'none'], /bad --processes "none"\n {2}use a whole number from 1 to 256, or auto/],
    [['--processes', '2', '--id', 'a_1'], /--id and --processes cannot be combined: --id is the name of one worker/],
    [['--unknown'], /Unknown option '--unknown'/],
  ]
  for (const [args, text] of mistakes)
    test(`refused: katydid worker ${args.join(' ')}`, async () => {
      const { exitCode, stderr } = await runKatydid(['worker', ...args])
      assert.equal(exitCode, 3)
      assert.match(stderr, text)
    })

  test(
    '--processes: so many workers, told where the master is by the environment, and gone with the run',
    steady(async () => {
      await using target = await startTarget()
      using cluster = new Cluster()
      const master = await cluster.master(['shop.ts', '-H', target.url, ...load(6, '2s'), '--expect-workers', '3'], {
        files,
      })
      const env = { KATYDID_MASTER_HOST: '127.0.0.1', KATYDID_MASTER_PORT: String(master.port) }
      const one = cluster.command(['worker', '-'], { env })
      const two = cluster.command(['worker', '--processes=2'], { env })
      const run = await master.done
      assertExit(run, 0)
      await assertTruth(run, target)
      assert.equal(run.result.workers.length, 3)
      for (const { done } of [one, two]) assert.equal((await done).exitCode, 0)
    }),
  )

  test('--processes passes SIGTERM on: all report, and leave with 143', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const master = await cluster.master(['shop.ts', '-H', target.url, ...load(6, '30s'), '--expect-workers', '2'], {
      files,
    })
    const both = cluster.worker(master.port, ['--processes', '2'])
    await target.loaded(60)
    both.child.kill('SIGTERM')
    assert.equal((await both.done).exitCode, 143)
    const run = await master.done
    assertExit(run, 2)
    await assertTruth(run, target)
    assert.match(run.stdout, /no worker is left/)
  })

  test('told twice to leave, at whatever moment, a worker leaves with 143, and nothing aborts', async () => {
    using cluster = new Cluster()
    const master = await cluster.master(
      ['shop.ts', '-H', 'http://127.0.0.1:9', ...load(6, '2s'), '--expect-workers', '9'],
      {
        files,
      },
    )
    const workers = [0, 5, 20, 60].map((gapMs) => ({ gapMs, worker: cluster.worker(master.port) }))
    await Promise.all(
      workers.map(async ({ gapMs, worker }) => {
        await worker.saying(/joined the master/)
        worker.child.kill('SIGINT')
        await sleep(gapMs)
        worker.child.kill('SIGINT')
        const { exitCode, signal, stderr } = await worker.done
        assert.deepEqual([exitCode, signal], [143, null], stderr)
      }),
    )
  })

  test('a load file that ends its worker’s process: exit 1 with a sentence, and nothing aborts', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const ends = file.replace("get('/json')", "get('/json')\nif (this.environment.role === 'worker') process.exit(0)")
    const args = [
      'shop.ts',
      '-H',
      target.url,
      ...load(6, '30s'),
      '--expect-workers',
      '2',
      '--heartbeat-liveness',
      '1.5s',
    ]
    const master = await cluster.master(args, { files: { 'shop.ts': ends } })
    for (const worker of [cluster.worker(master.port), cluster.worker(master.port)]) {
      const { exitCode, signal, stderr } = await worker.done
      assert.deepEqual([exitCode, signal], [1, null], stderr)
      assert.match(stderr, /process\.exit\(0\) was called/)
    }
  })

  test('--processes: another takes the place of one that died, with its index, and has its users as soon as it is there', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const once = join(temporaryFolder(), 'once')
    const dies = `
if (this.environment.workerIndex === 0 && this.environment.runTime > 1 && !existsSync(process.env.ONCE)) {
  writeFileSync(process.env.ONCE, String(process.pid))
  spawnSync('kill', ['-9', String(process.pid)]) // from outside: its own process.kill is refused
}
if (this.environment.workerIndex === 0 && this.environment.runTime > 1 && readFileSync(process.env.ONCE, 'utf8') !== String(process.pid))
  throw new StopTest('the second is there', 'failed')`
    const other = file.replace("get('/json')", `get('/json')\n${dies}`)
    // by its silence the first would be known to be gone after 100 s only
    const patient = ['--heartbeat-liveness', '100s']
    const args = ['-H', target.url, ...load(6, '60s'), '--expect-workers', '2', ...patient]
    const imports = `import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { StopTest } from 'katydid'
`
    const master = await cluster.master(['shop.ts', ...args], {
      files: {
        'shop.ts': `${imports}${other}`,
      },
    })
    const env = { KATYDID_MASTER_PORT: String(master.port), ONCE: once }
    const both = cluster.command(['worker', '--processes', '2'], { env })
    const { result } = await master.done
    const { exitCode, stderr } = await both.done
    assert.equal(exitCode, 0, stderr)
    assert.match(stderr, /a worker ended with signal SIGKILL: a new one starts in its place/)
    assert.ok(result.events.some(({ text }) => text.includes('the second is there')))
    assert.deepEqual(result.workers.map(({ state }) => state).sort(), ['missing', 'stopped', 'stopped'])
    assert.equal(stderr.match(/joined the master as worker 0/g)?.length, 2)
  })

  test('--processes: a run that has no use for one of them ends all, with 3', async () => {
    using cluster = new Cluster()
    const master = await cluster.master(
      ['shop.ts', '-H', 'http://127.0.0.1:1', ...load(6, '30s'), '--run-token', 'a'],
      {
        files,
      },
    )
    const both = cluster.worker(master.port, ['--processes', '2', '--run-token', 'b'])
    assert.equal((await both.done).exitCode, 3)
    master.child.kill('SIGTERM')
    await master.done
  })

  test('run --processes with a cluster key: its own workers have it', async () => {
    await using target = await startTarget()
    const run = await runKatydid(['run', 'shop.ts', '-H', target.url, ...load(4, '1s'), '--processes', '2'], {
      files,
      env: { KATYDID_CLUSTER_KEY: 'open sesame' },
    })
    assertExit(run, 0)
    await assertTruth(run, target)
  })

  test('a run --processes that is killed takes its workers with it', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const run = cluster.command(
      ['run', 'shop.ts', '-H', target.url, ...load(6, '60s'), '--processes', '2', '-s', '1s'],
      { files },
    )
    await target.loaded(60)
    run.child.kill('SIGKILL')
    await sleep(1_500)
    const { total } = await target.counts()
    await sleep(2_000)
    assert.equal((await target.counts()).total, total, 'no load without a master')
  })

  test('a promise of the load file that nobody awaits, rejected on the master, is a finding, not the end of it', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const forgetful = `${file}
import { events } from 'katydid'
events.testStart.addListener(({ environment }) => {
  if (environment.role === 'master') setTimeout(() => void Promise.reject(new Error('nobody listens')), 300)
})
`
    const args = ['shop.ts', '-H', target.url, ...load(2, '2s')]
    const { master } = await cluster.run(1, args, { files: { 'shop.ts': forgetful } })
    assertExit(master, 2)
    assert.match(
      master.stdout,
      /the load file threw an error in a timer, or in a promise without await: nobody listens/,
    )
    await assertTruth(master, target)
  })

  for (const command of ['run', 'master'])
    test(`${command} --headless, as Locust's command lines have it, is no mistake`, async () => {
      const { exitCode, stdout, stderr } = await runKatydid(
        [command, 'shop.ts', '--headless', '-l', '-H', 'http://shop.test'],
        { files },
      )
      assert.equal(exitCode, 0, stderr)
      assert.match(stdout, /Reader/)
    })

  test('--list: the user classes, without a host, and no waiting', async () => {
    for (const command of ['master', 'run']) {
      const { exitCode, stdout, stderr } = await runKatydid([command, 'shop.ts', '--list'], { files, json: false })
      assert.equal(exitCode, 0, stderr)
      assert.equal(stdout, 'Reader\n')
    }
  })

  test('a worker does without what plans, flags and bundles are made with: that would be most of its memory', async () => {
    await using target = await startTarget()
    using cluster = new Cluster()
    const master = await cluster.master(['shop.ts', '-H', target.url, ...load(2, '1s')], { files })
    const MODULES = join(temporaryFolder(), 'modules')
    const noting = fileURLToPath(new URL('./fixtures/note-modules.mjs', import.meta.url))
    const worker = cluster.worker(master.port, [], { nodeFlags: ['--import', noting], env: { MODULES } })
    assertExit(await master.done, 0)
    assert.equal((await worker.done).exitCode, 0)
    const loaded = readFileSync(MODULES, 'utf8').split('\n')
    const packages = new Set(loaded.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]))
    assert.ok(packages.has('zeromq') && packages.has('msgpackr'), [...packages].join(' '))
    for (const name of ['zod', 'esbuild', 'commander', 'yaml', 'undici', 'prom-client'])
      assert.ok(!packages.has(name), `${name} is loaded`)
  })
})
